#include "master/identity.hpp"

#include "common/base/hex.hpp"
#include "common/base/parse.hpp"

#include <algorithm>
#include <utility>

namespace smol::master {

namespace {

constexpr std::size_t cluster_bytes = 8;
constexpr std::size_t secret_bytes = 32;
constexpr std::size_t page_entries = 1000;

// The number stored under `name`; 0 if there is none.
result<std::uint64_t> stored_number(change_view& view, std::string_view name)
{
    const auto text = view.get(family::meta, name);
    if (!text)
        return text.error();
    if (!*text)
        return std::uint64_t{0};
    const auto number = parse_number(**text);
    if (!number)
        return errc::format_damaged;
    return *number;
}

result<std::string> stored_or_made(change_view& view, std::string_view name, std::size_t bytes)
{
    const auto text = view.get(family::meta, name);
    if (!text)
        return text.error();
    if (*text)
        return **text;
    auto made = to_hex(as_bytes(random_secret(bytes)));
    view.put(family::meta, name, made);
    return made;
}

result<std::string> stored_secret(change_view& view)
{
    const auto digits = stored_or_made(view, "secret", secret_bytes);
    if (!digits)
        return digits.error();
    return from_hex(*digits);
}

result<void> read_identity(change_view& view, generation_clock& generations, identity& into)
{
    auto cluster = stored_or_made(view, "cluster", cluster_bytes);
    if (!cluster)
        return cluster.error();
    into.cluster = std::move(*cluster);
    if (into.secret.is_empty())
    {
        const auto secret = stored_secret(view);
        if (!secret)
            return secret.error();
        into.secret = hmac_key(*secret);
    }
    const auto lifetime = stored_number(view, "lifetime");
    if (!lifetime)
        return lifetime.error();
    into.lifetime_us = std::max(into.lifetime_us, *lifetime);
    view.put(family::meta, "lifetime", std::to_string(into.lifetime_us));

    const auto floor = stored_number(view, "clock");
    if (!floor)
        return floor.error();
    const auto ceiling = generations.first_ceiling(*floor);
    view.put(family::meta, "clock", std::to_string(ceiling));
    generations.start(*floor, ceiling);
    return {};
}

}  // namespace

net::task<result<identity>> open_identity(index& entries,
    generation_clock& generations,
    std::string given_secret,
    std::uint64_t lifetime_us)
{
    identity known{{}, hmac_key(given_secret), lifetime_us};
    change open;
    open.decide = [&](change_view& view) { return read_identity(view, generations, known); };
    const auto opened = co_await entries.apply(std::move(open));
    if (!opened)
        co_return opened.error();
    co_return known;
}

net::task<result<void>> load_members(index& entries, membership& members)
{
    std::string from;
    for (;;)
    {
        const auto found = co_await entries.scan(family::volumes, from, {}, page_entries);
        if (!found)
            co_return found.error();
        for (const auto& one : found->entries)
        {
            const auto capacity = parse_volume(one.value);
            if (!capacity)
                co_return capacity.error();
            members.remember(one.key, *capacity);
        }
        if (!found->more)
            co_return result<void>();
        from = found->entries.back().key + '\0';
    }
}

namespace {

net::task<result<void>> store_clock(index& entries, std::uint64_t time)
{
    change store;
    store.decide = [time](change_view& view) -> result<void> {
        view.put(family::meta, "clock", std::to_string(time));
        return {};
    };
    co_return co_await entries.apply(std::move(store));
}

}  // namespace

net::task<result<void>> keep_clock(index& entries, generation_clock& generations)
{
    const auto ceiling = generations.wanted_ceiling();
    if (ceiling == 0)
        co_return result<void>();
    const auto kept = co_await store_clock(entries, ceiling);
    if (kept)
        generations.reserved(ceiling);
    co_return kept;
}

net::task<result<void>> stop_clock(index& entries, generation_clock& generations)
{
    const auto kept = co_await store_clock(entries, generations.stop());
    co_return kept;
}

}  // namespace smol::master
