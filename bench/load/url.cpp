#include "bench/load/url.hpp"

#include "common/base/parse.hpp"

#include <algorithm>

namespace smol::load {

namespace {

constexpr std::string_view scheme = "http://";
constexpr std::uint64_t port_max = 65'535;

bool is_blank(char c)
{
    return c <= ' ' || c == '\x7f';
}

}  // namespace

result<url_view> parse_url(std::string_view text)
{
    if (!text.starts_with(scheme) || std::any_of(text.begin(), text.end(), is_blank))
        return errc::malformed_request;
    text.remove_prefix(scheme.size());

    url_view found;
    const auto slash = std::min(text.find('/'), text.size());
    found.authority = text.substr(0, slash);
    found.target = text.substr(slash);
    if (found.authority.find_first_of("@?#") != std::string_view::npos)
        return errc::malformed_request;

    const auto bracket = found.authority.rfind(']');
    const auto colon = found.authority.rfind(':');
    const auto has_port =
        colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
    found.host = found.authority.substr(0, has_port ? colon : found.authority.size());
    if (found.host.starts_with('[') && found.host.ends_with(']'))
        found.host = found.host.substr(1, found.host.size() - 2);
    if (found.host.empty())
        return errc::malformed_request;
    if (has_port)
    {
        const auto port = parse_number(found.authority.substr(colon + 1));
        if (!port || *port == 0 || *port > port_max)
            return errc::malformed_request;
        found.port = static_cast<std::uint16_t>(*port);
    }
    return found;
}

}  // namespace smol::load
