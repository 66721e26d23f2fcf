// Heads of responses, as the master and the command read them from volumes: the length of the body
// has one meaning, and a head that is printed again means the same.

#include "common/http/message.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <string>

namespace smol::fuzz {
namespace {

void look_at(const http::response_head& head, std::string_view method)
{
    require(head.status >= 100 && head.status <= 599, "a status");
    require(head.headers.size() <= http::fields_max, "a limit of fields");
    const auto lengths = head.headers.count("Content-Length");
    const auto codings = head.headers.count("Transfer-Encoding");
    require(lengths + codings <= 1, "one length or none");
    const bool has_body =
        method != "HEAD" && head.status >= 200 && head.status != 204 && head.status != 304;
    require(has_body == (head.body != http::framing::none), "who has a body");
    if (has_body && head.body == http::framing::length)
        require(lengths == 1, "a length was given");
    if (head.body == http::framing::to_close)
        require(lengths + codings == 0 && !head.keep_alive, "to the end of the connection");
}

}  // namespace

void response(std::string_view input)
{
    for (const std::string_view method : {"GET", "HEAD"})
    {
        const auto found = http::parse_response_head(input, method);
        if (!found)
            continue;
        look_at(*found, method);
        auto sent = *found;
        for (const auto* name : {"Content-Length", "Transfer-Encoding", "Connection", "Upgrade"})
            sent.headers.remove(name);
        const auto text = http::print(sent);
        const auto again = http::parse_response_head(text, method);
        if (!again)
        {
            require(
                text.size() > http::head_bytes_max || sent.headers.size() + 2 > http::fields_max,
                "a printed head is read again");
            continue;
        }
        require(again->status == sent.status, "the same status");
        require(again->body == sent.body || sent.body == http::framing::to_close, "the same body");
    }
}

}  // namespace smol::fuzz
