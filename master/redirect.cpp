#include "master/redirect.hpp"

#include "common/base/hex.hpp"
#include "common/http/precondition.hpp"
#include "common/key/object_key.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace smol::master {

namespace {

bool is_host_byte(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
}

bool is_v6_byte(char c) noexcept
{
    return (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || (c >= '0' && c <= '9') || c == ':' ||
           c == '.';
}

bool is_port(std::string_view text) noexcept
{
    constexpr std::size_t digits_max = 5;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return text.size() <= digits_max && std::all_of(text.begin(), text.end(), is_digit);
}

}  // namespace

std::string_view host_of(std::string_view host_header) noexcept
{
    const auto is_v6 = host_header.starts_with('[');
    const auto end = is_v6 ? host_header.find(']') : host_header.find(':');
    const auto host_bytes = is_v6 && end != std::string_view::npos ? end + 1 : end;
    if (is_v6 && end == std::string_view::npos)
        return {};

    const auto host = host_header.substr(0, host_bytes);
    const auto rest = host_header.substr(host.size());
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1))))
        return {};
    const auto inner = is_v6 ? host.substr(1, host.size() - 2) : host;
    const auto is_allowed = is_v6 ? is_v6_byte : is_host_byte;
    if (inner.empty() || !std::all_of(inner.begin(), inner.end(), is_allowed))
        return {};
    return host;
}

std::string client_base(const stay& volume, std::string_view host_header)
{
    if (!volume.public_url.empty())
    {
        auto base = std::string_view(volume.public_url);
        while (base.ends_with('/'))
            base.remove_suffix(1);
        return std::string(base);
    }
    const auto host = volume.is_local ? host_of(host_header) : std::string_view();
    if (!host.empty())
        return fmt::format("http://{}:{}", host, volume.port);
    return "http://" + volume.address;
}

std::string address_for(const stay& asking, const stay& sought)
{
    if (!sought.is_local || asking.is_local || asking.master_host.empty())
        return sought.address;
    return fmt::format("{}:{}", asking.master_host, sought.port);
}

std::string ticketed_url(std::string_view base, std::string_view key, std::string_view ticket)
{
    std::string url(base);
    url += key::encode(key);
    url += "?ticket=";
    url += ticket;
    return url;
}

void give_validators(const wire::record& of, http::fields& to)
{
    to.set("ETag", wire::etag_of(of.xxh3));
    to.set("Last-Modified", http::http_date(wire::unix_seconds_of(of.generation)));
    if (of.md5)
        to.set("Content-MD5", to_hex(*of.md5));
}

void give_placement(const wire::record& of, balance is, http::fields& to)
{
    to.set("Key-Volumes", fmt::format("{}", fmt::join(of.volumes, ",")));
    to.set("Key-Balance", is == balance::balanced ? "balanced" : "unbalanced");
}

http::response_head redirect_to(const std::vector<std::string>& urls)
{
    http::response_head head;
    head.status = 307;
    head.headers.add("Location", urls.front());
    for (auto other = urls.begin() + 1; other != urls.end(); ++other)
        head.headers.add("Link", fmt::format("<{}>; rel=duplicate", *other));
    head.headers.add("Cache-Control", "no-store");
    return head;
}

}  // namespace smol::master
