// A request's head: what is let in is what a plain reading of RFC 9112 and of our own rules lets
// in, and it means the same after it was printed and read again, as a relay does.

#include "common/http/message.hpp"
#include "common/http/target.hpp"
#include "common/key/object_key.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/plain_head.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <string>

namespace smol::fuzz {
namespace {

bool is_same_message(const http::request_head& a, const http::request_head& b)
{
    return a.method == b.method && a.target == b.target && a.version == b.version &&
           a.body == b.body && a.content_length == b.content_length &&
           a.keep_alive == b.keep_alive && a.expects_continue == b.expects_continue;
}

// What print() writes itself, or what a relay would not pass on.
http::request_head without_framing(http::request_head head)
{
    for (const auto* name :
        {"Content-Length", "Transfer-Encoding", "Connection", "Expect", "Upgrade"})
        head.headers.remove(name);
    return head;
}

void print_and_read(const http::request_head& head)
{
    const auto sent = without_framing(head);
    const auto text = http::print(sent);
    require(http::find_head_end(text) == text.size(), "a printed head is one head");
    const auto read = http::parse_request_head(text);
    if (text.size() > http::head_bytes_max)
        return require(!read, "a head has a limit");
    if (!read)
        return require(read.error() == errc::too_many_headers, "a printed head is read again");
    require(is_same_message(*read, sent), "a printed head means the same");
    require(http::print(without_framing(*read)) == text, "printing is canonical");
}

void look_at_target(const http::request_head& head)
{
    require(std::all_of(head.target.begin(),
                head.target.end(),
                [](char c) { return c > ' ' && c < '\x7f' && c != '#'; }),
        "a target is visible ASCII");
    const auto target = http::parse_target(head.target);
    if (!target)
        return;
    require(target->query.size() <= 16, "few parameters");
    require(target->path.find('?') == std::string::npos, "a path ends at its query");
    if (const auto key = key::decode(target->path))
    {
        require(!key->empty() && key->size() <= key::key_bytes_max, "a key has 1 to 1,024 bytes");
        require(key::decode(key::encode(*key)).value() == *key, "a key comes back");
    }
}

}  // namespace

void front_door(std::string_view input)
{
    const auto end = http::find_head_end(input);
    require(end <= input.size(), "a head ends within what arrived");
    const auto bytes = end == 0 ? input : input.substr(0, end);
    const auto head = http::parse_request_head(bytes);
    const auto plain = read_plainly(bytes);
    require(plain.may_be_accepted || !head, "a head that the rules forbid is refused");
    require(!plain.must_be_accepted || head, "a head that the rules allow is accepted");
    if (!head)
        return;
    require(plain.body == head->body && plain.content_length == head->content_length,
        "the body's length is what the fields say");
    require(head->headers.size() == plain.fields && plain.fields <= http::fields_max, "all fields");
    print_and_read(*head);
    look_at_target(*head);
}

}  // namespace smol::fuzz
