#include "common/http/precondition.hpp"

#include <algorithm>
#include <vector>

namespace smol::http {
namespace {

enum class comparison
{
    strong,  // RFC 9110 section 8.8.3.2
    weak,
};

struct entity_tag
{
    std::string_view opaque;  // quotes included
    bool is_weak = false;
};

bool is_tag_byte(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0x21 || (byte >= 0x23 && byte != 0x7f);
}

// Takes one entity tag from the front of `text`.
std::optional<entity_tag> take_tag(std::string_view& text)
{
    entity_tag tag;
    if (text.starts_with("W/"))
    {
        tag.is_weak = true;
        text.remove_prefix(2);
    }
    if (!text.starts_with('"'))
        return std::nullopt;
    const auto close = text.find('"', 1);
    if (close == text.npos)
        return std::nullopt;
    tag.opaque = text.substr(0, close + 1);
    const auto inner = tag.opaque.substr(1, close - 1);
    if (!std::all_of(inner.begin(), inner.end(), is_tag_byte))
        return std::nullopt;
    text.remove_prefix(close + 1);
    return tag;
}

void skip_blanks(std::string_view& text)
{
    text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
}

// RFC 9110 section 5.6.1: elements may be empty.
std::optional<std::vector<entity_tag>> parse_tags(std::string_view text)
{
    std::vector<entity_tag> tags;
    for (;;)
    {
        skip_blanks(text);
        if (!text.empty() && text.front() != ',')
        {
            const auto tag = take_tag(text);
            if (!tag)
                return std::nullopt;
            tags.push_back(*tag);
            skip_blanks(text);
        }
        if (text.empty())
            return tags;
        if (text.front() != ',')
            return std::nullopt;
        text.remove_prefix(1);
    }
}

bool is_same(const entity_tag& tag, const std::string& etag, comparison how)
{
    return tag.opaque == etag && (how == comparison::weak || !tag.is_weak);
}

// All lines of a field that is a list, as one.
std::optional<std::string> joined(const fields& headers, std::string_view name)
{
    std::optional<std::string> all;
    for (const auto& each : headers)
    {
        if (!equal_names(each.name, name))
            continue;
        if (all)
            (*all += ", ") += each.value;
        else
            all = each.value;
    }
    return all;
}

bool matches(std::string_view list, const validators& current, comparison how)
{
    if (!current.etag)
        return false;
    if (list == "*")
        return true;
    const auto tags = parse_tags(list);
    return tags && std::any_of(tags->begin(), tags->end(), [&](const entity_tag& tag) {
        return is_same(tag, *current.etag, how);
    });
}

std::optional<unix_seconds> find_date(const fields& headers, std::string_view name)
{
    if (headers.count(name) != 1)
        return std::nullopt;
    return parse_http_date(*headers.find(name));
}

bool is_read(const request_head& request)
{
    return request.method == "GET" || request.method == "HEAD";
}

}  // namespace

condition evaluate(const request_head& request, const validators& current)
{
    const auto& headers = request.headers;
    if (const auto list = joined(headers, "If-Match"))
    {
        if (!matches(*list, current, comparison::strong))
            return condition::failed;
    }
    else if (const auto date = find_date(headers, "If-Unmodified-Since"))
    {
        if (current.etag && current.modified > *date)
            return condition::failed;
    }
    if (const auto list = joined(headers, "If-None-Match"))
    {
        if (matches(*list, current, comparison::weak))
            return is_read(request) ? condition::not_modified : condition::failed;
        return condition::holds;
    }
    if (const auto date = find_date(headers, "If-Modified-Since"); date && is_read(request))
    {
        if (current.etag && current.modified <= *date)
            return condition::not_modified;
    }
    return condition::holds;
}

bool is_conditional(const request_head& request)
{
    const auto& headers = request.headers;
    return headers.find("If-Match") || headers.find("If-None-Match") ||
           headers.find("If-Unmodified-Since") ||
           (is_read(request) && headers.find("If-Modified-Since"));
}

// A date is no strong validator here: a value may be replaced twice within a second, and the two
// halves would not be of the same value (section 8.8.2.2). So only an entity tag lets the range
// stand.
bool range_applies(const request_head& request, const validators& current)
{
    const auto count = request.headers.count("If-Range");
    if (count == 0)
        return true;
    if (count > 1 || !current.etag)
        return false;
    auto text = *request.headers.find("If-Range");
    const auto tag = take_tag(text);
    return tag && text.empty() && is_same(*tag, *current.etag, comparison::strong);
}

}  // namespace smol::http
