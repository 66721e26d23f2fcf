// Conditional requests against a plain reading of RFC 9110 section 13.2.2. The input is one a line:
// method, etag ("" for none), modified, then "Name: value" fields.

#include "common/base/parse.hpp"
#include "common/http/precondition.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <vector>

namespace smol::fuzz {
namespace {

struct asked
{
    http::request_head request;
    http::validators current;
};

asked read(parts lines)
{
    asked all;
    all.request.method = lines.line();
    // A strong tag as smol makes them: visible ASCII.
    std::string etag;
    for (const char c : lines.line())
        if (c > 32 && c < 127 && c != '"')
            etag += c;
    if (!etag.empty())
        all.current.etag = '"' + etag + '"';
    const auto modified = parse_number(lines.line());
    all.current.modified =
        static_cast<http::unix_seconds>(modified ? *modified % 253402300800U : 0U);
    while (!lines.is_empty())
    {
        const auto line = lines.line();
        const auto colon = std::min(line.find(": "), line.size());
        all.request.headers.add(
            line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
    }
    return all;
}

std::optional<std::string> joined(const http::fields& fields, std::string_view name)
{
    std::optional<std::string> all;
    for (const auto& each : fields)
        if (http::equal_names(each.name, name))
            all = all ? fmt::format("{}, {}", *all, each.value) : std::string(each.value);
    return all;
}

// Character by character: outside quotes only commas, blanks and W/ directly before a quote.
bool plainly_matches(const std::string& list, const http::validators& current, bool is_weak)
{
    if (!current.etag || list == "*")
        return current.etag.has_value();
    bool found = false;
    bool after_comma = true;
    for (std::size_t at = 0; at < list.size();)
    {
        const char c = list[at];
        if (c == ' ' || c == '\t' || c == ',')
        {
            after_comma = after_comma || c == ',';
            ++at;
            continue;
        }
        const bool weak_tag = list.compare(at, 2, "W/") == 0;
        at += weak_tag ? 2 : 0;
        const auto close = at < list.size() && list[at] == '"' ? list.find('"', at + 1) : list.npos;
        if (!after_comma || close == list.npos)
            return false;
        const auto opaque = list.substr(at, close + 1 - at);
        for (const char inner : opaque)
            if ((static_cast<unsigned char>(inner) <= 32) || inner == 127)
                return false;
        found = found || (opaque == *current.etag && (is_weak || !weak_tag));
        after_comma = false;
        at = close + 1;
    }
    return found;
}

std::optional<http::unix_seconds> date(const http::fields& fields, std::string_view name)
{
    return fields.count(name) == 1 ? http::parse_http_date(*fields.find(name)) : std::nullopt;
}

http::condition evaluate_plainly(const asked& all)
{
    const auto& fields = all.request.headers;
    const auto& now = all.current;
    const bool is_read = all.request.method == "GET" || all.request.method == "HEAD";
    const auto match = joined(fields, "if-match");
    const auto none_match = joined(fields, "if-none-match");
    const auto unmodified = date(fields, "if-unmodified-since");
    const auto modified = date(fields, "if-modified-since");
    if (match && !plainly_matches(*match, now, false))
        return http::condition::failed;
    if (!match && unmodified && now.etag && now.modified > *unmodified)
        return http::condition::failed;
    const auto negative = is_read ? http::condition::not_modified : http::condition::failed;
    if (none_match)
        return plainly_matches(*none_match, now, true) ? negative : http::condition::holds;
    if (is_read && modified && now.etag && now.modified <= *modified)
        return http::condition::not_modified;
    return http::condition::holds;
}

}  // namespace

void conditional(std::string_view input)
{
    const auto all = read(parts(input));
    const auto found = http::evaluate(all.request, all.current);
    require(found == evaluate_plainly(all), "the plain reading agrees");
    if (!http::is_conditional(all.request))
        require(found == http::condition::holds, "without conditions everything holds");
    const bool applies = http::range_applies(all.request, all.current);
    const auto count = all.request.headers.count("If-Range");
    const bool is_tag = count == 1 && all.current.etag &&
                        *all.request.headers.find("If-Range") == *all.current.etag;
    require(applies == (count == 0 || is_tag), "a range needs the same strong tag");
}

}  // namespace smol::fuzz
