#include "volume/blob_store.hpp"

#include "common/base/log.hpp"
#include "volume/blob_described.hpp"

#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t verified_entries_max = 100'000;
constexpr std::size_t at_hand_bytes_max = 32 * MiB;

}  // namespace

blob_store::blob_store(disk& on, std::string name, store_options options)
    : disk_(on), volume_(std::move(name)), room_(options.reserve_bytes),
      verified_(verified_entries_max), at_hand_({options.open_files_max, at_hand_bytes_max}),
      flushes_(on)
{}

error_code blob_store::fault(const error_code& why, std::string_view during)
{
    if (why.category() == smol_category())
        return why;
    if (is_full(why))
        return errc::no_room;
    if (is_out_of_files(why))
    {
        at_hand_.give_way();
        return errc::too_many_requests;
    }
    read_only_.store(true);
    log::error(
        "volume_read_only", {{"volume", volume_}, {"during", during}, {"why", why.message()}});
    return errc::volume_read_only;
}

wire::health blob_store::health() const
{
    if (read_only_.load())
        return wire::health::read_only;
    return room_.is_below() ? wire::health::full : wire::health::good;
}

net::task<result<void>> blob_store::observe_space()
{
    const auto found = co_await disk_.space();
    if (!found)
        co_return found.error();
    room_.observe(*found);
    co_return result<void>();
}

net::task<result<low_water::promise>> blob_store::admit(std::uint64_t bytes)
{
    if (read_only_.load())
        co_return errc::volume_read_only;
    auto early = room_.admit_unasked(bytes);
    if (early)
        co_return std::move(*early);
    const auto observed = co_await observe_space();
    if (!observed)
        co_return fault(observed.error(), "statfs");
    co_return room_.admit(bytes);
}

}  // namespace smol::volume
