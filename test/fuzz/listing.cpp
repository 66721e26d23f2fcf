// Lists: whatever start and limit are, only keys below the prefix are shown, in order, and
// following `next` shows each one once. The input's first line is the target, the others are keys.

#include "master/listing.hpp"

#include "common/base/hex.hpp"
#include "common/key/object_key.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace smol::fuzz {
namespace {

using keys = std::vector<std::string>;
using table = std::map<std::string, std::string>;

const std::string live_record = wire::print(wire::record{});
const std::string unlinked_record = [] {
    wire::record of;
    of.is = wire::state::unlinked;
    return wire::print(of);
}();

// Every third key is unlinked.
table read_table(parts lines)
{
    table entries;
    for (unsigned count = 0; !lines.is_empty() && count < 40; ++count)
        entries[std::string(lines.line())] = count % 3 == 2 ? unlinked_record : live_record;
    entries.erase("");
    return entries;
}

struct printed
{
    keys shown;
    std::string next;
};

// The body as the master makes it, taken in texts of an entry or more.
std::string print_list(const master::list_query& query, const table& entries)
{
    master::listing list(query);
    std::string body;
    const auto end = query.to.empty() ? entries.end() : entries.lower_bound(query.to);
    for (auto at = entries.lower_bound(query.from); at != end && !list.is_complete(); ++at)
    {
        list.take(at->first, at->second);
        if (at->first.size() % 2 == 0)
            body += list.take_text();
    }
    body += list.take_text();
    return body + list.print_end();
}

printed read_list(std::string_view body)
{
    printed all;
    std::vector<std::string> texts;
    for (auto quote = body.find('"'); quote != body.npos; quote = body.find('"', quote))
    {
        const auto close = body.find('"', quote + 1);
        require(close != body.npos, "quotes come in pairs");
        texts.emplace_back(body.substr(quote + 1, close - quote - 1));
        quote = close + 1;
    }
    require(texts.size() >= 3 && texts.front() == "keys" && texts[texts.size() - 2] == "next",
        "a list has keys and next");
    for (std::size_t at = 1; at + 2 < texts.size(); ++at)
        all.shown.push_back(key::decode(texts[at]).value());
    all.next = texts.back();
    return all;
}

keys list_plainly(const table& entries, const master::list_query& query, std::string_view prefix)
{
    keys shown;
    for (const auto& [name, value] : entries)
        if (name.starts_with(prefix) && name >= query.from &&
            value == (query.wanted == wire::state::live ? live_record : unlinked_record))
            shown.push_back(name);
    return shown;
}

void follow_next(http::target target, master::list_query query, const table& entries, keys wanted)
{
    keys all;
    for (unsigned pages = 0; pages <= entries.size(); ++pages)
    {
        const auto list = read_list(print_list(query, entries));
        require(list.shown.size() <= query.limit, "no more than the limit");
        all.insert(all.end(), list.shown.begin(), list.shown.end());
        if (list.next.empty() || query.limit == 0)
            break;
        std::erase_if(target.query, [](const auto& each) { return each.name == "start"; });
        target.query.push_back({"start", list.next});
        query = master::parse_list_query(target).value();
    }
    if (query.limit == 0)
        wanted.clear();
    require(all == wanted, "following next shows each key once, in order");
}

}  // namespace

void listing(std::string_view input)
{
    parts lines(input);
    const auto target = http::parse_target(lines.line());
    if (!target)
        return;
    const auto query = master::parse_list_query(*target);
    if (!query)
        return;
    const auto prefix = key::decode_prefix(target->path).value();
    require(query->from >= prefix, "a start before the prefix is the prefix");
    require(query->to.empty() || query->from <= query->to, "a start after the prefix is its end");
    auto entries = read_table(lines);
    std::erase_if(entries, [](const auto& each) { return !key::decode(key::encode(each.first)); });
    follow_next(*target, *query, entries, list_plainly(entries, *query, prefix));
}

}  // namespace smol::fuzz
