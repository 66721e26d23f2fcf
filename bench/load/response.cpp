#include "bench/load/response.hpp"

#include "common/base/parse.hpp"

#include <algorithm>

namespace smol::load {

namespace {

constexpr std::string_view line_end = "\r\n";
constexpr std::string_view head_end = "\r\n\r\n";
constexpr std::size_t status_line_bytes_min = 12;  // "HTTP/1.1 200"
constexpr unsigned chunk_digits_max = 15;

char lowered(char c)
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// `name` in lower case.
bool is_named(std::string_view text, std::string_view name)
{
    return text.size() == name.size() &&
           std::equal(text.begin(), text.end(), name.begin(), [](char one, char other) {
               return lowered(one) == other;
           });
}

std::string_view trimmed(std::string_view text)
{
    while (text.starts_with(' ') || text.starts_with('\t'))
        text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t'))
        text.remove_suffix(1);
    return text;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// "HTTP/1.x NNN": status and what the version means for the connection.
bool read_status_line(std::string_view line, response_head& to)
{
    if (line.size() < status_line_bytes_min || !line.starts_with("HTTP/1.") || !is_digit(line[7]) ||
        line[8] != ' ' || !std::all_of(line.begin() + 9, line.begin() + 12, is_digit) ||
        line[9] == '0' || (line.size() > status_line_bytes_min && line[12] != ' '))
        return false;
    to.keep_alive = line[7] != '0';
    to.status = 0;
    for (const auto digit : line.substr(9, 3))
        to.status = to.status * 10 + static_cast<unsigned>(digit - '0');
    return true;
}

// One field that matters; the others are true at once. False: malformed.
bool read_field(std::string_view name, std::string_view value, response_head& to)
{
    switch (lowered(name.front()))
    {
    case 'c':
        if (is_named(name, "content-length"))
        {
            const auto length = parse_number(value);
            if (!length || to.body == framing::chunked ||
                (to.body == framing::length && to.length != *length))
                return false;
            to.body = framing::length;
            to.length = *length;
        }
        else if (is_named(name, "connection"))
        {
            if (is_named(value, "close"))
                to.keep_alive = false;
            else if (is_named(value, "keep-alive"))
                to.keep_alive = true;
        }
        return true;
    case 't':
        if (!is_named(name, "transfer-encoding"))
            return true;
        if (to.body == framing::length || !is_named(value, "chunked"))
            return false;
        to.body = framing::chunked;
        return true;
    case 'l':
        if (is_named(name, "location"))
            to.location = value;
        return true;
    default:
        return true;
    }
}

bool has_no_body(unsigned status, expected_body body)
{
    constexpr unsigned no_content = 204;
    constexpr unsigned not_modified = 304;
    return body == expected_body::never || status < 200 || status == no_content ||
           status == not_modified;
}

}  // namespace

progress parse_head(std::string_view text, expected_body body, response_head& to)
{
    const auto end = text.find(head_end);
    if (end == std::string_view::npos)
        return progress::incomplete;

    to = {};
    to.body = framing::until_close;
    to.bytes = end + head_end.size();
    auto rest = text.substr(0, end + line_end.size());
    auto line = rest.substr(0, rest.find(line_end));
    if (!read_status_line(line, to))
        return progress::malformed;
    rest.remove_prefix(line.size() + line_end.size());
    while (!rest.empty())
    {
        line = rest.substr(0, rest.find(line_end));
        rest.remove_prefix(line.size() + line_end.size());
        const auto colon = line.find(':');
        if (colon == std::string_view::npos || colon == 0 ||
            !read_field(line.substr(0, colon), trimmed(line.substr(colon + 1)), to))
            return progress::malformed;
    }
    if (has_no_body(to.status, body) || (to.body == framing::length && to.length == 0))
        to.body = framing::none;
    if (to.body == framing::until_close)
        to.keep_alive = false;
    return progress::complete;
}

body_reader::body_reader(const response_head& head)
    : framing_(head.body), left_(head.body == framing::length ? head.length : 0)
{}

// One byte of a chunked body that is not payload.
progress body_reader::take(char byte)
{
    const auto is_hex = is_digit(byte) || (lowered(byte) >= 'a' && lowered(byte) <= 'f');
    switch (place_)
    {
    case place::size:
        if (is_hex && digits_ < chunk_digits_max)
        {
            const auto digit = is_digit(byte) ? byte - '0' : lowered(byte) - 'a' + 10;
            left_ = left_ * 16 + static_cast<unsigned>(digit);
            ++digits_;
            return progress::incomplete;
        }
        if (digits_ == 0 || (byte != '\r' && byte != ';'))
            return progress::malformed;
        place_ = place::extension;
        return progress::incomplete;
    case place::extension:
        if (byte == '\n')
            place_ = left_ > 0 ? place::data : place::trailer;
        return progress::incomplete;
    case place::data:
    case place::data_end:
        if (byte != '\r' && byte != '\n')
            return progress::malformed;
        if (byte == '\n')
        {
            place_ = place::size;
            digits_ = 0;
        }
        return progress::incomplete;
    case place::trailer:
        break;
    }
    const auto is_end = byte == '\n' && is_line_empty_;
    if (byte != '\r')
        is_line_empty_ = byte == '\n';
    return is_end ? progress::complete : progress::incomplete;
}

body_reader::step body_reader::next_chunked(byte_view input)
{
    step done;
    while (done.consumed < input.size())
    {
        if (place_ == place::data)
        {
            const auto bytes = std::min<std::uint64_t>(left_, input.size() - done.consumed);
            done.data = input.subspan(done.consumed, bytes);
            done.consumed += bytes;
            left_ -= bytes;
            if (left_ == 0)
                place_ = place::data_end;
            return done;
        }
        done.is = take(static_cast<char>(input[done.consumed++]));
        if (done.is == progress::complete)
            framing_ = framing::none;
        if (done.is != progress::incomplete)
            return done;
    }
    return done;
}

void body_reader::skip(std::uint64_t bytes)
{
    left_ -= bytes;
    if (left_ == 0)
        framing_ = framing::none;
}

body_reader::step body_reader::next(byte_view input)
{
    switch (framing_)
    {
    case framing::none:
        return {progress::complete, 0, {}};
    case framing::chunked:
        return next_chunked(input);
    case framing::until_close:
        return {progress::incomplete, input.size(), input};
    case framing::length:
        break;
    }
    const auto bytes = std::min<std::uint64_t>(left_, input.size());
    skip(bytes);
    return {left_ == 0 ? progress::complete : progress::incomplete, bytes, input.first(bytes)};
}

}  // namespace smol::load
