#include "volume/staging_sweep.hpp"

#include "common/base/log.hpp"
#include "common/key/object_key.hpp"

namespace smol::volume {

namespace {

constexpr std::size_t entries_max = 256;  // of one question
constexpr std::chrono::milliseconds sweep_interval{500};

net::task<void> obey(blob_store& store, const wire::staged_entry& one, wire::staged_verdict verdict)
{
    auto done = result<void>();
    if (verdict == wire::staged_verdict::publish)
        done = co_await store.publish(one.key, one.generation, one.upload);
    if (verdict == wire::staged_verdict::discard)
        done = co_await store.drop_staged(one.key, one.generation);
    if (!done)
    {
        log::warning(
            "sweep_failed", {{"key", key::encode(one.key)}, {"why", done.error().message()}});
    }
}

}  // namespace

net::task<result<std::size_t>> sweep_staging(
    blob_store& store, peers& others, net::clock& time, const std::string& volume)
{
    const wire::staged_query query{volume, store.staging().due(time.steady(), entries_max)};
    if (query.entries.empty())
        co_return std::size_t{0};
    const auto answer = co_await others.ask_staged(query);
    if (!answer)
        co_return answer.error();
    if (answer->verdicts.size() != query.entries.size())
        co_return errc::format_damaged;
    for (std::size_t i = 0; i < query.entries.size(); ++i)
        co_await obey(store, query.entries[i], answer->verdicts[i]);
    co_return query.entries.size();
}

net::task<void> sweep_for_ever(site& here, served_volume& of)
{
    for (;;)
    {
        co_await here.time.wait(sweep_interval);
        if (!of.is_joined())
            continue;
        const auto asked = co_await sweep_staging(of.store(), here.others, here.time, of.name());
        if (!asked)
            log::warning("sweep_failed", {{"volume", of.name()}, {"why", asked.error().message()}});
    }
}

}  // namespace smol::volume
