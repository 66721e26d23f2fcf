#include "common/http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace smol::http {
namespace {

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Three fast searches: a value that could is not expected.
bool may_end_line(std::string_view value) noexcept
{
    return value.find('\r') != value.npos || value.find('\n') != value.npos ||
           value.find('\0') != value.npos;
}

// Fields that `print` makes itself.
bool is_made_by_print(std::string_view name) noexcept
{
    switch (name.size())
    {
    case 6:
        return equal_names(name, "Expect");
    case 10:
        return equal_names(name, "Connection");
    case 14:
        return equal_names(name, "Content-Length");
    case 17:
        return equal_names(name, "Transfer-Encoding");
    default:
        return false;
    }
}

void append_field(std::string& text, std::string_view name, std::string_view value)
{
    text += name;
    text += ": ";
    // Whatever it holds, a value cannot end its line.
    std::replace_copy_if(
        value.begin(),
        value.end(),
        std::back_inserter(text),
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; },
        ' ');
    text += "\r\n";
}

void append_fields(std::string& text, const fields& headers)
{
    const auto is_made = [](const field& each) { return is_made_by_print(each.name); };
    if (headers.are_lines() && std::none_of(headers.begin(), headers.end(), is_made))
    {
        text += headers.lines();
        return;
    }
    for (const auto each : headers)
    {
        if (!is_made(each))
            append_field(text, each.name, each.value);
    }
}

// RFC 9110 section 8.6: without a body that a length could describe.
bool is_without_length(unsigned status) noexcept
{
    return status < 200 || status == 204 || status == 304;
}

void append_framing(std::string& text, framing body, std::uint64_t content_length)
{
    if (body == framing::chunked)
        append_field(text, "Transfer-Encoding", "chunked");
    else if (body == framing::length)
        append_field(text, "Content-Length", fmt::format_int(content_length).c_str());
}

constexpr std::pair<unsigned, std::string_view> phrases[]{
    {100, "Continue"},
    {101, "Switching Protocols"},
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {206, "Partial Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {411, "Length Required"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {414, "URI Too Long"},
    {416, "Range Not Satisfiable"},
    {417, "Expectation Failed"},
    {421, "Misdirected Request"},
    {426, "Upgrade Required"},
    {428, "Precondition Required"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
    {505, "HTTP Version Not Supported"},
    {507, "Insufficient Storage"},
};

}  // namespace

void fields::add(std::string_view name, std::initializer_list<std::string_view> parts)
{
    const auto begin = lines_.size();
    lines_ += name;
    lines_ += ": ";
    const auto value_begin = lines_.size();
    for (const auto part : parts)
        lines_ += part;
    const auto value_size = lines_.size() - value_begin;
    lines_ += "\r\n";
    const auto value = std::string_view(lines_).substr(value_begin, value_size);
    are_lines_ = are_lines_ && !may_end_line(value);
    places_.push_back({static_cast<std::uint32_t>(begin),
        static_cast<std::uint32_t>(name.size()),
        static_cast<std::uint32_t>(value_size)});
}

void fields::set(std::string_view name, std::string_view value)
{
    if (!find(name))
        return add(name, value);
    const std::string kept(value);  // it may be a view of what goes
    remove(name);
    add(name, kept);
}

void fields::remove(std::string_view name)
{
    if (!find(name))
        return;
    fields rest;
    for (const auto each : *this)
    {
        if (!equal_names(each.name, name))
            rest.add(each.name, each.value);
    }
    *this = std::move(rest);
}

void fields::clear() noexcept
{
    lines_.clear();
    places_.clear();
    are_lines_ = true;
}

field fields::operator[](std::size_t at) const noexcept
{
    const auto& where = places_[at];
    const auto* const line = lines_.data() + where.begin;
    return {{line, where.name_size}, {line + where.name_size + 2, where.value_size}};
}

std::optional<std::string_view> fields::find(std::string_view name) const
{
    for (const auto& each : places_)
    {
        if (each.name_size != name.size())
            continue;
        const auto* const line = lines_.data() + each.begin;
        if (equal_names({line, each.name_size}, name))
            return std::string_view(line + each.name_size + 2, each.value_size);
    }
    return std::nullopt;
}

std::size_t fields::count(std::string_view name) const
{
    const auto found = std::count_if(
        begin(), end(), [&](const field& each) { return equal_names(each.name, name); });
    return static_cast<std::size_t>(found);
}

bool equal_names(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
        return x == y || lower(x) == lower(y);
    });
}

std::size_t find_head_end(std::string_view bytes) noexcept
{
    for (auto at = bytes.find('\n'); at != bytes.npos; at = bytes.find('\n', at + 1))
    {
        const auto rest = bytes.substr(at + 1);
        if (rest.starts_with('\n'))
            return at + 2;
        if (rest.starts_with("\r\n"))
            return at + 3;
    }
    return 0;
}

std::string print(const request_head& head)
{
    const bool is_old = head.version < 11;
    std::string text;
    text.reserve(512);
    text += head.method;
    text += ' ';
    text += head.target;
    text += is_old ? " HTTP/1.0\r\n" : " HTTP/1.1\r\n";
    append_fields(text, head.headers);
    append_framing(text, head.body, head.content_length);
    if (head.expects_continue)
        append_field(text, "Expect", "100-continue");
    if (head.headers.find("Upgrade"))
        append_field(text, "Connection", "upgrade");
    else if (!head.keep_alive)
        append_field(text, "Connection", "close");
    else if (is_old)
        append_field(text, "Connection", "keep-alive");
    text += "\r\n";
    return text;
}

std::string print(const response_head& head)
{
    std::string text;
    append_beginning(text, head);
    append_end(text, head);
    return text;
}

void append_beginning(std::string& to, const response_head& head)
{
    constexpr std::size_t room = 512;  // for the start line and what else there may be
    to.reserve(to.size() + head.headers.lines().size() + room);
    to += "HTTP/1.1 ";
    to += fmt::format_int(head.status).c_str();
    to += ' ';
    to += reason_phrase(head.status);
    to += "\r\n";
    append_fields(to, head.headers);
    to += head.printed;
}

void append_end(std::string& to, const response_head& head)
{
    if (!is_without_length(head.status))
    {
        // Without a length the client would wait for the end of the connection.
        const bool is_empty = head.body == framing::none;
        const auto body = is_empty ? framing::length : head.body;
        append_framing(to, body, is_empty ? 0 : head.content_length);
    }
    if (head.status == 101)
        append_field(to, "Connection", "upgrade");
    else if (!head.keep_alive || head.body == framing::to_close)
        append_field(to, "Connection", "close");
    to += "\r\n";
}

std::string print_fields(const fields& headers)
{
    std::string text;
    append_fields(text, headers);
    return text;
}

std::string_view reason_phrase(unsigned status) noexcept
{
    for (const auto& [known, phrase] : phrases)
    {
        if (known == status)
            return phrase;
    }
    return "Status";
}

}  // namespace smol::http
