#pragma once

// Requests as text. Pure; appends to a string that keeps its memory.

#include <cstdint>
#include <string>
#include <string_view>

namespace smol::load {

enum class method
{
    get,
    put,
    remove,
};

enum class expectation
{
    none,
    proceed,  // Expect: 100-continue
};

struct request_line
{
    method verb = method::get;
    std::string_view authority;
    std::string_view target;
    std::uint64_t body_bytes = 0;  // of a PUT
    expectation wants = expectation::none;
};

void append_head(const request_line& of, std::string& to);

struct key_naming
{
    std::string prefix;  // of the URL: "" or "/bucket"
    std::string run;     // keeps runs apart
    std::string list_query = "list";
};

// "<prefix>/<run>/<number>"
void append_key_target(const key_naming& names, std::uint64_t number, std::string& to);

// "<prefix>/<run>/?<list_query>"
void append_list_target(const key_naming& names, std::string& to);

}  // namespace smol::load
