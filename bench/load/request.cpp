#include "bench/load/request.hpp"

#include <array>
#include <charconv>

namespace smol::load {

namespace {

void append_number(std::uint64_t number, std::string& to)
{
    std::array<char, 20> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
    to.append(digits.data(), end);
}

std::string_view name_of(method verb)
{
    switch (verb)
    {
    case method::put:
        return "PUT ";
    case method::remove:
        return "DELETE ";
    case method::get:
        break;
    }
    return "GET ";
}

}  // namespace

void append_head(const request_line& of, std::string& to)
{
    to += name_of(of.verb);
    to += of.target.empty() ? "/" : of.target;
    to += " HTTP/1.1\r\nHost: ";
    to += of.authority;
    to += "\r\n";
    if (of.verb == method::put)
    {
        to += "Content-Length: ";
        append_number(of.body_bytes, to);
        to += "\r\n";
    }
    if (of.wants == expectation::proceed)
        to += "Expect: 100-continue\r\n";
    to += "\r\n";
}

void append_key_target(const key_naming& names, std::uint64_t number, std::string& to)
{
    to += names.prefix;
    to += '/';
    to += names.run;
    to += '/';
    append_number(number, to);
}

void append_list_target(const key_naming& names, std::string& to)
{
    to += names.prefix;
    to += '/';
    to += names.run;
    to += "/?";
    to += names.list_query;
}

}  // namespace smol::load
