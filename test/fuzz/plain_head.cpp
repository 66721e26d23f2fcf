#include "test/fuzz/plain_head.hpp"

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

namespace smol::fuzz {
namespace {

struct plain_field
{
    std::string name;  // lower case
    std::string value;
    bool has_tab;
};

bool is_letter_or_digit(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_tchar(char c)
{
    return is_letter_or_digit(c) ||
           (c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos);
}

bool is_token(std::string_view text)
{
    return !text.empty() && std::all_of(text.begin(), text.end(), is_tchar);
}

std::string lower(std::string_view text)
{
    std::string all(text);
    for (char& c : all)
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return all;
}

std::string trim(std::string_view text)
{
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t'))
        text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t'))
        text.remove_suffix(1);
    return std::string(text);
}

// Lines without their CRLF; empty if anything but CRLF ends a line, or the empty line is not last.
std::vector<std::string> lines_of(std::string_view bytes)
{
    std::vector<std::string> lines{""};
    for (std::size_t at = 0; at < bytes.size(); ++at)
    {
        const auto byte = static_cast<unsigned char>(bytes[at]);
        if (byte == '\r' && bytes.substr(at).starts_with("\r\n"))
        {
            lines.emplace_back();
            ++at;
        }
        else if ((byte < 32 && byte != '\t') || byte == 127)
            return {};
        else
            lines.back() += bytes[at];
    }
    // "…", "", and what follows the last CRLF
    if (lines.size() < 3 || !lines.back().empty() || !lines[lines.size() - 2].empty())
        return {};
    lines.resize(lines.size() - 2);
    return std::find(lines.begin(), lines.end(), "") == lines.end() ? lines
                                                                    : std::vector<std::string>();
}

struct plain_fields
{
    std::vector<plain_field> all;
    bool good = true;

    std::size_t count(std::string_view name) const
    {
        return static_cast<std::size_t>(std::count_if(
            all.begin(), all.end(), [&](const plain_field& each) { return each.name == name; }));
    }

    const plain_field& get(std::string_view name) const
    {
        return *std::find_if(
            all.begin(), all.end(), [&](const plain_field& each) { return each.name == name; });
    }
};

plain_fields read_fields(const std::vector<std::string>& lines)
{
    plain_fields found;
    for (std::size_t at = 1; at < lines.size(); ++at)
    {
        const auto colon = std::min(lines[at].find(':'), lines[at].size());
        const auto name = lines[at].substr(0, colon);
        found.good = found.good && colon < lines[at].size() && is_token(name);
        const auto value = colon < lines[at].size() ? lines[at].substr(colon + 1) : "";
        found.all.push_back({lower(name), trim(value), value.find('\t') != std::string::npos});
    }
    for (const auto* name : {"transfer-encoding", "content-length", "host"})
        for (const auto& each : found.all)
            found.good = found.good && !(each.name == name && each.has_tab);
    found.good = found.good && found.all.size() <= http::fields_max;
    return found;
}

bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

bool is_port(const std::string& text)
{
    if (text.empty() ||
        !std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; }))
        return false;
    const auto first = text.find_first_not_of('0');
    const auto digits = first == std::string::npos ? std::string() : text.substr(first);
    return !digits.empty() && (digits.size() < 5 || (digits.size() == 5 && digits <= "65535"));
}

bool is_name(std::string_view name)
{
    for (std::size_t at = 0; at < name.size(); ++at)
    {
        const char c = name[at];
        if (c == '%' && (at + 2 >= name.size() || !is_hex(name[at + 1]) || !is_hex(name[at + 2])))
            return false;
        if (!is_letter_or_digit(c) &&
            (c == '\0' || std::string_view("-._~!$&'()*+,;=%").find(c) == std::string_view::npos))
            return false;
    }
    return !name.empty();
}

bool is_host(const std::string& host)
{
    if (!host.starts_with('['))
    {
        const auto colon = host.find(':');
        return is_name(host.substr(0, colon)) &&
               (colon == host.npos || is_port(host.substr(colon + 1)));
    }
    const auto close = host.find(']');
    if (close == host.npos || close < 3)
        return false;
    for (const char c : host.substr(1, close - 1))
        if (!is_hex(c) && c != ':' && c != '.')
            return false;
    const auto rest = host.substr(close + 1);
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

bool is_target(const std::string& target, const std::string& method, const plain_fields& fields)
{
    if (!std::all_of(
            target.begin(), target.end(), [](char c) { return c > 32 && c < 127 && c != '#'; }))
        return false;
    if (target.starts_with("/") || (target == "*" && method == "OPTIONS"))
        return true;
    if (lower(target).rfind("http://", 0) != 0 || fields.count("host") == 0)
        return false;
    const auto authority = target.substr(7, target.find_first_of("/?", 7) - 7);
    return lower(authority) == lower(fields.get("host").value);
}

bool frames(const plain_fields& fields, bool is_old, plain_head& into)
{
    const auto codings = fields.count("transfer-encoding");
    const auto lengths = fields.count("content-length");
    if (codings == 0 && lengths == 0)
        return true;
    if (codings + lengths != 1)
        return false;
    if (codings == 1)
    {
        into.body = http::framing::chunked;
        return !is_old && lower(fields.get("transfer-encoding").value) == "chunked";
    }
    into.body = http::framing::length;
    const auto digits = fields.get("content-length").value;
    for (const char c : digits)
    {
        if (c < '0' || c > '9' || into.content_length > (UINT64_C(1) << 63U) / 10)
            return false;
        into.content_length = into.content_length * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return !digits.empty() && into.content_length < UINT64_C(1) << 63U;
}

}  // namespace

plain_head read_plainly(std::string_view bytes)
{
    plain_head head;
    const auto lines = lines_of(bytes);
    if (lines.empty() || bytes.size() > http::head_bytes_max)
        return head;
    const auto fields = read_fields(lines);
    head.fields = fields.all.size();
    const auto& line = lines.front();
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (!fields.good || first == last || first == line.npos)
        return head;
    const auto method = line.substr(0, first);
    const auto target = line.substr(first + 1, last - first - 1);
    const auto version = line.substr(last + 1);
    const bool is_old = version == "HTTP/1.0";
    const auto hosts = fields.count("host");
    const auto expects = fields.count("expect");
    if ((!is_old && version != "HTTP/1.1") || !is_token(method) || method.size() > 32 ||
        target.size() > http::target_bytes_max || hosts > 1 || (hosts == 0 && !is_old) ||
        (hosts == 1 && !is_host(fields.get("host").value)) || !is_target(target, method, fields) ||
        !frames(fields, is_old, head))
        return head;
    if (!is_old && expects > 0 &&
        (expects > 1 || lower(fields.get("expect").value) != "100-continue"))
        return head;
    head.may_be_accepted = true;
    head.must_be_accepted =
        fields.count("connection") + fields.count("proxy-connection") + fields.count("upgrade") ==
        0;
    return head;
}

}  // namespace smol::fuzz
