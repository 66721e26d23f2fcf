#include "master/listing.hpp"

#include "common/base/parse.hpp"
#include "common/key/object_key.hpp"

#include <algorithm>

namespace smol::master {

namespace {

constexpr std::string_view list_start = "{\"keys\":[";

}  // namespace

result<list_query> parse_list_query(const http::target& target)
{
    const auto prefix = key::decode_prefix(target.path);
    if (!prefix)
        return prefix.error();
    if (target.has("list") && target.has("unlinked"))
        return errc::query_invalid;

    list_query query;
    query.from = *prefix;
    query.to = end_of_prefix(*prefix);
    query.wanted = target.has("unlinked") ? wire::state::unlinked : wire::state::live;
    const auto start = target.find("start");
    if (start && !start->empty())
    {
        auto first = key::decode_prefix(*start);
        if (!first)
            return errc::query_invalid;
        query.from = std::max(query.from, *first);
        if (!query.to.empty())
            query.from = std::min(query.from, query.to);
    }
    if (const auto limit = target.find("limit"))
    {
        const auto number = parse_number(*limit);
        if (!number)
            return errc::query_invalid;
        query.limit = *number;
    }
    return query;
}

// A path in percent-encoding has neither quotes nor backslashes nor control bytes: it is JSON as it
// is.
result<std::string> listing::print(const std::vector<entry>& page)
{
    std::string text;
    for (const auto& one : page)
    {
        const auto record = wire::parse_record(one.value);
        if (!record)
            return record.error();
        if (record->is != wanted_)
            continue;
        if (left_ == 0)
        {
            complete_ = true;
            next_ = key::encode(one.key);
            break;
        }
        --left_;
        text += begun_ ? ",\"" : std::string(list_start) + "\"";
        text += key::encode(one.key);
        text += '"';
        begun_ = true;
    }
    return text;
}

std::string listing::print_end() const
{
    std::string text(begun_ ? std::string_view() : list_start);
    text += "],\"next\":\"";
    text += next_;
    text += "\"}\n";
    return text;
}

}  // namespace smol::master
