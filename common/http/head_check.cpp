#include "common/http/head_check.hpp"

#include "common/base/byte_table.hpp"
#include "common/base/hex.hpp"
#include "common/base/parse.hpp"
#include "common/http/message.hpp"

#include <algorithm>
#include <array>

namespace smol::http {
namespace {

constexpr std::string_view line_end = "\r\n";

constexpr bool is_digit(char c) noexcept
{
    return c >= '0' && c <= '9';
}

bool is_hex_digit(char c) noexcept
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

constexpr bool is_letter(char c) noexcept
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool are_all(const std::array<bool, 256>& allowed, std::string_view text) noexcept
{
    return std::all_of(
        text.begin(), text.end(), [&](char c) { return allowed[static_cast<unsigned char>(c)]; });
}

constexpr auto token_bytes = byte_table([](char c) {
    constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
    return is_letter(c) || is_digit(c) || marks.find(c) != marks.npos;
});

// reg-name of RFC 3986 section 3.2.2, percent-encoding aside.
bool is_name_byte(char c) noexcept
{
    constexpr std::string_view marks = "-._~!$&'()*+,;=%";
    return is_letter(c) || is_digit(c) || marks.find(c) != marks.npos;
}

bool is_address_byte(char c) noexcept
{
    return is_hex_digit(c) || c == ':' || c == '.';
}

constexpr auto visible_bytes = byte_table([](char c) { return c > ' ' && c < '\x7f'; });

// Of field values and reason phrases: RFC 9110 section 5.5, obsolete text included.
constexpr auto text_bytes = byte_table([](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= ' ' && byte != 0x7f) || c == '\t';
});

bool is_port(std::string_view text) noexcept
{
    const auto number = parse_number(text);
    return number && *number >= 1 && *number <= 65535;
}

// Blanks other than spaces around these have been read differently by different programs.
bool is_sensitive(std::string_view name) noexcept
{
    return equal_names(name, "Transfer-Encoding") || equal_names(name, "Content-Length") ||
           equal_names(name, "Host");
}

bool is_field_line(std::string_view line) noexcept
{
    const auto colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon)))
        return false;
    return !is_sensitive(line.substr(0, colon)) || line.find('\t') == line.npos;
}

}  // namespace

bool is_token(std::string_view text) noexcept
{
    return !text.empty() && are_all(token_bytes, text);
}

bool is_authority(std::string_view text) noexcept
{
    std::string_view rest;
    if (text.starts_with('['))
    {
        const auto close = text.find(']');
        if (close == text.npos || close < 3)
            return false;
        const auto address = text.substr(1, close - 1);
        if (!std::all_of(address.begin(), address.end(), is_address_byte))
            return false;
        rest = text.substr(close + 1);
    }
    else
    {
        const auto colon = std::min(text.find(':'), text.size());
        const auto name = text.substr(0, colon);
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_byte) ||
            (name.find('%') != name.npos && !percent_decode(name)))
            return false;
        rest = text.substr(colon);
    }
    return rest.empty() || (rest.front() == ':' && is_port(rest.substr(1)));
}

result<void> check_lines(std::string_view head)
{
    for (bool is_first = true;; is_first = false)
    {
        const auto end = head.find(line_end);
        if (end == head.npos)
            return errc::malformed_request;
        const auto line = head.substr(0, end);
        head.remove_prefix(end + line_end.size());
        if (line.empty() && !is_first)
            break;
        if (!are_all(text_bytes, line) || (!is_first && !is_field_line(line)))
            return errc::malformed_request;
    }
    if (!head.empty())
        return errc::malformed_request;
    return {};
}

result<void> check_field_line(std::string_view line)
{
    const auto end = line.find(line_end);
    if (end + line_end.size() != line.size())
        return errc::malformed_request;
    const auto content = line.substr(0, end);
    if (!are_all(text_bytes, content) || !is_field_line(content))
        return errc::malformed_request;
    return {};
}

bool is_request_line(std::string_view line) noexcept
{
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == line.npos || first == last)
        return false;
    const auto target = line.substr(first + 1, last - first - 1);
    return are_all(visible_bytes, target) && target.find('#') == target.npos;
}

}  // namespace smol::http
