#include "common/http/head_check.hpp"
#include "common/http/head_rules.hpp"
#include "common/http/message.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>

namespace smol::http {
namespace {

namespace beast = boost::beast;

constexpr std::size_t method_bytes_max = 32;

std::string_view text_of(beast::string_view text) noexcept
{
    return {text.data(), text.size()};
}

// Gathers what Beast finds in a head, without copies but for the fields. Bodies are not its
// business.
template <bool IsRequest>
class head_parser final : public beast::http::basic_parser<IsRequest>
{
public:
    explicit head_parser(fields& into) : into_(into)
    {
        into.clear();
        this->header_limit(head_bytes_max);
        this->body_limit(boost::none);
        this->skip(true);
    }

    // malformed_request, too_many_headers. `head` must outlive what is found.
    result<void> parse(std::string_view head)
    {
        error_code failure;
        const auto consumed =
            this->put(beast::net::const_buffer(head.data(), head.size()), failure);
        if (failure == errc::too_many_headers)
            return failure;
        if (failure || consumed != head.size() || !this->is_done())
            return errc::malformed_request;
        return {};
    }

    std::string_view method;
    std::string_view target;
    unsigned status = 0;
    unsigned version = 0;

private:
    void on_request_impl(beast::http::verb,
        beast::string_view name,
        beast::string_view where,
        int http_version,
        error_code&) override
    {
        method = text_of(name);
        target = text_of(where);
        version = static_cast<unsigned>(http_version);
    }

    void on_response_impl(int code, beast::string_view, int http_version, error_code&) override
    {
        status = static_cast<unsigned>(code);
        version = static_cast<unsigned>(http_version);
    }

    void on_field_impl(beast::http::field,
        beast::string_view name,
        beast::string_view value,
        error_code& failure) override
    {
        if (into_.size() == fields_max)
            failure = errc::too_many_headers;
        else
            into_.add(text_of(name), text_of(value));
    }

    void on_header_impl(error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(beast::string_view, error_code&) override { return 0; }
    void on_chunk_header_impl(std::uint64_t, beast::string_view, error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view, error_code&) override
    {
        return 0;
    }
    void on_finish_impl(error_code&) override {}

    fields& into_;
};

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
    if (!is_request_line(bytes.substr(0, bytes.find('\r'))))
        return errc::malformed_request;
    head_parser<true> parser(head.headers);
    if (const auto parsed = parser.parse(bytes); !parsed)
        return parsed;
    if (parser.method.size() > method_bytes_max || !is_token(parser.method))
        return errc::malformed_request;
    head.method = parser.method;
    head.version = parser.version;
    if (const auto framed = set_framing(head); !framed)
        return framed;
    return set_origin_form(parser.target, head);
}

result<response_head> parse_response_head(std::string_view bytes, std::string_view method)
{
    if (bytes.size() > head_bytes_max)
        return errc::headers_too_large;
    if (const auto clean = check_lines(bytes); !clean)
        return clean.error();
    response_head head;
    head_parser<false> parser(head.headers);
    if (const auto parsed = parser.parse(bytes); !parsed)
        return parsed.error();
    const auto length = find_body_length(head.headers, parser.version);
    if (!length || parser.status < 100 || parser.status > 599)
        return errc::malformed_request;
    head.status = parser.status;
    head.content_length = length->content_length;
    head.body = length->body == framing::none ? framing::to_close : length->body;
    if (method == "HEAD" || head.status < 200 || head.status == 204 || head.status == 304)
        head.body = framing::none;
    head.keep_alive =
        wants_keep_alive(head.headers, parser.version) && head.body != framing::to_close;
    return head;
}

}  // namespace smol::http
