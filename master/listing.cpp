#include "master/listing.hpp"

#include "common/base/bytes.hpp"
#include "common/base/parse.hpp"
#include "common/key/object_key.hpp"

#include <algorithm>
#include <utility>

namespace smol::master {

namespace {

constexpr std::string_view list_start = "{\"keys\":[";
constexpr std::size_t text_bytes = 256 * KiB;
constexpr std::size_t entries_at_a_time = 100'000;  // of which few may be wanted

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

bool listing::take(std::string_view key, std::string_view value)
{
    const auto is = wire::parse_state(value);
    if (!is)
    {
        failure_ = is.error();
        return false;
    }
    if (*is == wanted_ && !take_wanted(key))
        return false;
    const bool is_full = text_.size() >= text_bytes || ++entries_ >= entries_at_a_time;
    if (is_full)
        last_ = key;
    return !is_full;
}

// A path in percent-encoding has neither quotes nor backslashes nor control bytes: it is JSON as it
// is.
bool listing::take_wanted(std::string_view key)
{
    if (left_ == 0)
    {
        complete_ = true;
        next_ = key::encode(key);
        return false;
    }
    --left_;
    text_ += begun_ ? std::string_view(",") : list_start;
    text_ += '"';
    key::append_encoded(text_, key);
    text_ += '"';
    begun_ = true;
    return true;
}

std::string listing::take_text()
{
    entries_ = 0;
    return std::exchange(text_, {});
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
