#include "common/http/head_rules.hpp"

#include "common/base/parse.hpp"
#include "common/http/head_check.hpp"

#include <algorithm>
#include <limits>

namespace smol::http {
namespace {

constexpr std::uint64_t content_length_max = std::numeric_limits<std::int64_t>::max();

// Elements of a comma-separated list over all fields of a name.
bool has_token(const fields& headers, std::string_view name, std::string_view token)
{
    const auto trimmed = [](std::string_view text) {
        const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
        const auto end = text.find_last_not_of(" \t") + 1;
        return begin < end ? text.substr(begin, end - begin) : std::string_view();
    };
    for (const auto& each : headers)
    {
        if (!equal_names(each.name, name))
            continue;
        std::string_view rest = each.value;
        while (!rest.empty())
        {
            const auto comma = std::min(rest.find(','), rest.size());
            if (equal_names(trimmed(rest.substr(0, comma)), token))
                return true;
            rest.remove_prefix(std::min(comma + 1, rest.size()));
        }
    }
    return false;
}

}  // namespace

bool wants_keep_alive(const fields& headers, unsigned version)
{
    if (has_token(headers, "Connection", "close"))
        return false;
    return version >= 11 || has_token(headers, "Connection", "keep-alive");
}

result<body_length> find_body_length(const fields& headers, unsigned version)
{
    const auto codings = headers.count("Transfer-Encoding");
    const auto lengths = headers.count("Content-Length");
    if (codings + lengths == 0)
        return body_length{};
    if (codings + lengths > 1)
        return errc::malformed_request;
    if (codings == 1)
    {
        if (version < 11 || !equal_names(*headers.find("Transfer-Encoding"), "chunked"))
            return errc::malformed_request;
        return body_length{framing::chunked, 0};
    }
    const auto length = parse_number(*headers.find("Content-Length"));
    if (!length || *length > content_length_max)
        return errc::malformed_request;
    return body_length{framing::length, *length};
}

bool is_host_fine(const fields& headers, unsigned version)
{
    const auto count = headers.count("Host");
    if (count == 0)
        return version < 11;
    return count == 1 && is_authority(*headers.find("Host"));
}

result<bool> find_expectation(const fields& headers, unsigned version)
{
    const auto count = headers.count("Expect");
    if (count == 0 || version < 11)
        return false;
    if (count > 1 || !equal_names(*headers.find("Expect"), "100-continue"))
        return errc::malformed_request;
    return true;
}

}  // namespace smol::http
