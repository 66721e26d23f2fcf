#include "master/redirect.hpp"

#include "common/base/hex.hpp"
#include "common/http/precondition.hpp"
#include "common/key/object_key.hpp"

#include <fmt/format.h>

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
    std::string base;
    append_client_base(base, volume, host_header);
    return base;
}

void append_client_base(std::string& to, const stay& volume, std::string_view host_header)
{
    if (!volume.public_url.empty())
    {
        auto base = std::string_view(volume.public_url);
        while (base.ends_with('/'))
            base.remove_suffix(1);
        to += base;
        return;
    }
    const auto host = volume.is_local ? host_of(host_header) : std::string_view();
    to += "http://";
    if (host.empty())
    {
        to += volume.address;
        return;
    }
    to += host;
    to += ':';
    to += fmt::format_int(volume.port).c_str();
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
    begin_ticketed_path(url, key);
    url += ticket;
    return url;
}

void begin_ticketed_path(std::string& to, std::string_view key)
{
    key::append_encoded(to, key);
    to += "?ticket=";
}

void give_validators(const wire::record_facts& of, http::fields& to)
{
    to.add("ETag", {"\"xxh3-", std::string_view(hex_digits(of.xxh3)), "\""});
    const auto modified = http::print_http_date(wire::unix_seconds_of(of.generation));
    to.add("Last-Modified", std::string_view(modified.data(), modified.size()));
    if (of.md5)
        to.add("Content-MD5", std::string_view(hex_digits(*of.md5)));
}

void give_placement(const wire::record_view& of, balance is, http::fields& to)
{
    to.add("Key-Volumes", of.volumes);
    to.add("Key-Balance", is == balance::balanced ? "balanced" : "unbalanced");
}

void begin_redirect(http::response_head& head)
{
    head.status = 307;
    head.headers.add("Cache-Control", "no-store");
}

void add_replica(std::string_view url, http::fields& to)
{
    if (to.find("Location"))
        to.add("Link", {"<", url, ">; rel=duplicate"});
    else
        to.add("Location", url);
}

}  // namespace smol::master
