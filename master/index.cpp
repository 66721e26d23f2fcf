#include "master/index.hpp"

#include "common/base/bytes.hpp"

#include <utility>

namespace smol::master {

namespace {

constexpr std::size_t page_bytes_max = 1 * MiB;

}  // namespace

net::task<result<page>> index::scan(family in, std::string from, std::string to, std::size_t limit)
{
    page found;
    std::size_t bytes = 0;
    const visitor copy = [&](std::string_view key, std::string_view value) {
        found.more = found.entries.size() >= limit || bytes >= page_bytes_max;
        if (found.more)
            return false;
        bytes += key.size() + value.size();
        found.entries.push_back({std::string(key), std::string(value)});
        return true;
    };
    auto visiting = visit(in, std::move(from), std::move(to), copy);
    const auto visited = co_await std::move(visiting);
    if (!visited)
        co_return visited.error();
    co_return found;
}

std::string end_of_prefix(std::string_view prefix)
{
    std::string end(prefix);
    while (!end.empty() && end.back() == '\xff')
        end.pop_back();
    if (!end.empty())
        end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
    return end;
}

}  // namespace smol::master
