#include "master/list.hpp"

#include "common/base/log.hpp"
#include "master/listing.hpp"

#include <utility>

namespace smol::master {

namespace {

// Entries of the index into the response, until the end, the limit, or an error that closes it.
net::task<result<void>> stream_keys(net::exchange& one, index& entries, list_query query)
{
    listing keys(query);
    auto from = query.from;
    for (bool is_more = true; is_more && !keys.is_complete();)
    {
        is_more = false;
        const visitor take = [&](std::string_view key, std::string_view value) {
            is_more = !keys.take(key, value);
            return !is_more;
        };
        const auto visited = co_await entries.visit(family::records, from, query.to, take);
        if (!visited)
            co_return visited;
        if (keys.failure())
            co_return keys.failure();
        const auto text = keys.take_text();
        if (!text.empty())
        {
            const auto written = co_await one.write(text);
            if (!written)
                co_return written;
        }
        from = keys.last() + '\0';
    }
    const auto end = keys.print_end();
    const auto written = co_await one.write(end);
    if (!written)
        co_return written;
    const auto ended = co_await one.end();
    co_return ended;
}

}  // namespace

net::task<void> list_keys(net::exchange& one, const context& with)
{
    auto query = parse_list_query(one.target());
    if (!query)
    {
        co_await one.refuse(query.error(), {}, {});
        co_return;
    }
    http::response_head head;
    head.headers.add("Content-Type", "application/json");
    head.headers.add("Cache-Control", "no-store");
    const auto begun = co_await one.begin(std::move(head));
    if (!begun)
        co_return;
    const auto streamed = co_await stream_keys(one, with.entries, std::move(*query));
    if (!streamed)
        log::warning("listing_ended_early",
            {{"request_id", one.request_id()}, {"reason", name_of(streamed.error())}});
}

}  // namespace smol::master
