#include "volume/beats.hpp"

#include <utility>

namespace smol::volume {

wire::beat beat_of(const served_volume& of, std::string public_url, std::uint16_t port)
{
    const auto& store = of.store();
    const auto space = store.space();
    wire::beat now;
    now.volume = of.name();
    now.cluster = of.cluster();
    now.public_url = std::move(public_url);
    now.port = port;
    now.capacity_bytes = space.capacity_bytes;
    now.free_bytes = space.free_bytes;
    now.free_inodes = space.free_inodes;
    now.blobs = store.blobs();
    now.staged = store.staging().size();
    now.is = store.health();
    return now;
}

net::task<result<void>> obey_beat_answer(
    site& here, served_volume& of, const wire::beat_answer& answer)
{
    const auto accepted = here.link.accept(answer, here.time.steady());
    if (!accepted)
        co_return accepted;
    if (!of.is_joined())
        of.store().staging().ask_all_again();
    of.serve(answer.serve);
    of.joined(true);  // the master redirects to it from now on: what can wait comes after
    if (of.cluster().empty() && !answer.cluster.empty())
    {
        const auto kept = co_await of.join_cluster(answer.cluster);
        if (!kept)
            co_return kept;
    }
    co_return result<void>();
}

}  // namespace smol::volume
