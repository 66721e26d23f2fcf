#include "common/base/parse.hpp"
#include "common/http/head_check.hpp"
#include "common/http/head_rules.hpp"
#include "common/http/message.hpp"

#include <algorithm>

namespace smol::http {
namespace {

constexpr std::size_t method_bytes_max = 32;
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) noexcept
{
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

// Takes the first line, without its end, from lines that check_lines has let pass.
std::string_view take_line(std::string_view& lines) noexcept
{
    const auto line = lines.substr(0, lines.find('\r'));
    lines.remove_prefix(line.size() + line_end.size());
    return line;
}

// RFC 9110 section 5.6.1: tokens with a comma between, elements may be empty.
bool is_token_list(std::string_view text) noexcept
{
    while (!text.empty())
    {
        const auto element = trimmed(text.substr(0, text.find(',')));
        if (!element.empty() && !is_token(element))
            return false;
        text.remove_prefix(std::min(text.find(','), text.size() - 1) + 1);
    }
    return true;
}

bool names_connection(std::string_view name) noexcept
{
    return equal_names(name, "Connection") || equal_names(name, "Proxy-Connection");
}

// The fields behind a start line. malformed_request, too_many_headers.
result<void> read_fields(std::string_view lines, fields& into)
{
    for (auto line = take_line(lines); !line.empty(); line = take_line(lines))
    {
        if (into.size() == fields_max)
            return errc::too_many_headers;
        const auto name = line.substr(0, line.find(':'));
        const auto value = trimmed(line.substr(name.size() + 1));
        if (names_connection(name) && !is_token_list(value))
            return errc::malformed_request;
        into.add(name, value);
    }
    return {};
}

// 10 or 11; 0 for anything else.
unsigned version_of(std::string_view text) noexcept
{
    if (text == "HTTP/1.1")
        return 11;
    return text == "HTTP/1.0" ? 10 : 0;
}

struct request_line
{
    std::string_view method;
    std::string_view target;
    unsigned version = 0;
};

result<request_line> parse_request_line(std::string_view line)
{
    if (!is_request_line(line))
        return errc::malformed_request;
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    const request_line parsed{line.substr(0, first),
        line.substr(first + 1, last - first - 1),
        version_of(line.substr(last + 1))};
    if (parsed.version == 0 || parsed.target.empty() || !is_token(parsed.method) ||
        parsed.method.size() > method_bytes_max)
        return errc::malformed_request;
    return parsed;
}

struct status_line
{
    unsigned version = 0;
    unsigned status = 0;
};

// The reason may be empty, but not the blank before it (RFC 9112 section 4).
result<status_line> parse_status_line(std::string_view line)
{
    constexpr std::string_view shortest = "HTTP/1.1 200 ";
    if (line.size() < shortest.size() || line[8] != ' ' || line[12] != ' ')
        return errc::malformed_request;
    const auto status = parse_number(line.substr(9, 3));
    const status_line parsed{
        version_of(line.substr(0, 8)), status ? static_cast<unsigned>(*status) : 0};
    if (parsed.version == 0 || parsed.status < 100 || parsed.status > 599)
        return errc::malformed_request;
    return parsed;
}

// RFC 9112 section 3.2: origin-form as it is; absolute-form of our own Host without its beginning;
// "*" with OPTIONS only.
result<void> set_origin_form(std::string_view target, request_head& head)
{
    if (target.starts_with('/') || (target == "*" && head.method == "OPTIONS"))
    {
        head.target = target;
        return {};
    }
    constexpr std::string_view scheme = "http://";
    if (!equal_names(target.substr(0, scheme.size()), scheme))
        return errc::malformed_request;
    const auto rest = target.substr(scheme.size());
    const auto authority = rest.substr(0, rest.find_first_of("/?"));
    const auto path = rest.substr(authority.size());
    const auto host = head.headers.find("Host");
    if (!host || !equal_names(authority, *host))
        return errc::malformed_request;
    head.target = path.starts_with('/') ? "" : "/";
    head.target += path;
    return {};
}

bool is_target_too_long(std::string_view bytes) noexcept
{
    if (bytes.size() <= target_bytes_max)
        return false;
    const auto line = bytes.substr(0, bytes.find_first_of("\r\n"));
    const auto method_end = std::min(line.find(' '), line.size());
    const auto after_method = line.substr(std::min(method_end + 1, line.size()));
    const auto target = after_method.substr(0, after_method.find(' '));
    return target.size() > target_bytes_max;
}

// What the fields say about the message.
result<void> set_framing(request_head& head)
{
    if (!is_host_fine(head.headers, head.version))
        return errc::malformed_request;
    const auto length = find_body_length(head.headers, head.version);
    if (!length)
        return length.error();
    const auto expectation = find_expectation(head.headers, head.version);
    if (!expectation)
        return expectation.error();
    head.body = length->body;
    head.content_length = length->content_length;
    head.keep_alive = wants_keep_alive(head.headers, head.version);
    head.expects_continue = *expectation;
    return {};
}

}  // namespace

error_code reason_of_long_head(std::string_view beginning) noexcept
{
    return is_target_too_long(beginning) ? errc::target_too_long : errc::headers_too_large;
}

result<request_head> parse_request_head(std::string_view bytes)
{
    request_head head;
    if (const auto parsed = parse_request_head(bytes, head); !parsed)
        return parsed.error();
    return head;
}

result<void> parse_request_head(std::string_view bytes, request_head& head)
{
    if (bytes.size() > head_bytes_max || is_target_too_long(bytes))
        return reason_of_long_head(bytes);
    if (const auto clean = check_lines(bytes); !clean)
        return clean;
    const auto line = parse_request_line(take_line(bytes));
    if (!line)
        return line.error();
    head.headers.clear();
    if (const auto read = read_fields(bytes, head.headers); !read)
        return read;
    head.method = line->method;
    head.version = line->version;
    if (const auto framed = set_framing(head); !framed)
        return framed;
    return set_origin_form(line->target, head);
}

result<response_head> parse_response_head(std::string_view bytes, std::string_view method)
{
    if (bytes.size() > head_bytes_max)
        return errc::headers_too_large;
    if (const auto clean = check_lines(bytes); !clean)
        return clean.error();
    const auto line = parse_status_line(take_line(bytes));
    if (!line)
        return line.error();
    response_head head;
    if (const auto read = read_fields(bytes, head.headers); !read)
        return read.error();
    const auto length = find_body_length(head.headers, line->version);
    if (!length)
        return errc::malformed_request;
    head.status = line->status;
    head.content_length = length->content_length;
    head.body = length->body == framing::none ? framing::to_close : length->body;
    if (method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304)
        head.body = framing::none;
    head.keep_alive =
        wants_keep_alive(head.headers, line->version) && head.body != framing::to_close;
    return head;
}

}  // namespace smol::http
