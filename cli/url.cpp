#include "cli/url.hpp"

#include "common/base/parse.hpp"

#include <algorithm>
#include <limits>

namespace smol::cli {

namespace {

constexpr std::string_view scheme = "http://";

bool is_host_byte(char byte)
{
    const bool letter = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
    const bool digit = byte >= '0' && byte <= '9';
    return letter || digit || byte == '.' || byte == '-' || byte == '_';
}

bool is_host(std::string_view host)
{
    const bool bracketed = host.starts_with('[') && host.ends_with(']') && host.size() > 2;
    if (!bracketed)
        return !host.empty() && std::all_of(host.begin(), host.end(), is_host_byte);
    const auto inner = host.substr(1, host.size() - 2);
    return inner.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

// "host" or "host:port" -> "host:port".
result<std::string> parse_authority(std::string_view text)
{
    const auto bracket = text.rfind(']');
    const auto colon = text.rfind(':');
    const bool has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    const auto host = text.substr(0, has_port ? colon : text.size());
    if (!is_host(host))
        return errc::malformed_request;
    if (!has_port)
        return std::string(host) + ":80";
    const auto port = parse_number(text.substr(colon + 1));
    if (!port || *port == 0 || *port > std::numeric_limits<std::uint16_t>::max())
        return errc::malformed_request;
    return std::string(text);
}

bool is_target_byte(char byte)
{
    return byte > ' ' && byte < 0x7f && byte != '#';
}

}  // namespace

result<url> parse_url(std::string_view text)
{
    if (!text.starts_with(scheme))
        return errc::malformed_request;
    text.remove_prefix(scheme.size());
    const auto end = std::min(text.find_first_of("/?"), text.size());
    auto address = parse_authority(text.substr(0, end));
    if (!address)
        return address.error();
    const auto target = text.substr(end);
    if (!std::all_of(target.begin(), target.end(), is_target_byte))
        return errc::malformed_request;
    url parsed{std::move(*address), std::string(target)};
    if (!parsed.target.starts_with('/'))
        parsed.target.insert(0, "/");
    return parsed;
}

result<std::string> parse_master(std::string_view text)
{
    if (!text.starts_with(scheme))
    {
        // Without a scheme the port must be there: a bare word is more likely a slip.
        if (text.find(':') == std::string_view::npos)
            return errc::malformed_request;
        return parse_authority(text);
    }
    auto parsed = parse_url(text);
    if (!parsed)
        return parsed.error();
    if (parsed->target != "/")
        return errc::malformed_request;
    return std::move(parsed->address);
}

}  // namespace smol::cli
