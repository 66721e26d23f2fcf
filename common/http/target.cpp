#include "common/http/target.hpp"

#include "common/base/hex.hpp"

#include <algorithm>
#include <utility>

namespace smol::http {
namespace {

constexpr std::size_t parameters_max = 16;

result<parameter> parse_parameter(std::string_view text)
{
    const auto equals = std::min(text.find('='), text.size());
    auto name = percent_decode(text.substr(0, equals));
    auto value = percent_decode(text.substr(std::min(equals + 1, text.size())));
    if (!name || !value || name->empty())
        return errc::query_invalid;
    return parameter{std::move(*name), std::move(*value)};
}

}  // namespace

bool target::has(std::string_view name) const
{
    return find(name).has_value();
}

std::optional<std::string_view> target::find(std::string_view name) const
{
    for (const auto& each : query)
    {
        if (each.name == name)
            return each.value;
    }
    return std::nullopt;
}

result<target> parse_target(std::string_view raw)
{
    target parsed;
    if (const auto read = parse_target(raw, parsed); !read)
        return read.error();
    return parsed;
}

result<void> parse_target(std::string_view raw, target& parsed)
{
    const auto mark = std::min(raw.find('?'), raw.size());
    parsed.path = raw.substr(0, mark);
    parsed.query.clear();
    if (mark + 1 >= raw.size())
        return {};
    auto rest = raw.substr(mark + 1);
    for (bool is_last = false; !is_last;)
    {
        const auto end = std::min(rest.find('&'), rest.size());
        is_last = end == rest.size();
        auto next = parse_parameter(rest.substr(0, end));
        if (!next || parsed.has(next->name) || parsed.query.size() == parameters_max)
        {
            parsed.query.clear();
            return errc::query_invalid;
        }
        parsed.query.push_back(std::move(*next));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return {};
}

}  // namespace smol::http
