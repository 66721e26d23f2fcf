#include "common/http/message.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace smol::http {
namespace {

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
