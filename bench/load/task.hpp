#pragma once

// What one user of the measured server does next.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace smol::load {

enum class operation
{
    get,  // redirects followed, every byte compared
    put,
    remove,
    list,
    redirect,  // GET of a key that is there; the redirect is the answer
    missing,   // GET of a key that is not there: 404 is the answer
};

inline constexpr std::size_t operations = 6;

constexpr std::string_view name_of(operation what) noexcept
{
    constexpr std::string_view names[operations] = {
        "get", "put", "delete", "list", "redirect", "missing"};
    return names[static_cast<std::size_t>(what)];
}

struct task
{
    operation what = operation::get;
    std::uint64_t key = 0;
    std::uint64_t generation = 0;  // of the value's content: grows when a key is overwritten
};

// Why an operation did not do what it should have.
enum class failure
{
    none,
    connect,  // no connection
    closed,   // the peer closed it in the middle
    timeout,
    malformed,  // not HTTP as this client understands it
    status,     // an answer, but not the right one
    redirect,   // too many, or to a place that is no URL
    length,     // fewer or more bytes than the value has
    content,    // other bytes than the value has
};

inline constexpr std::size_t failures = 9;

constexpr std::string_view name_of(failure why) noexcept
{
    constexpr std::string_view names[failures] = {"none",
        "connect",
        "closed",
        "timeout",
        "malformed",
        "status",
        "redirect",
        "wrong_length",
        "wrong_content"};
    return names[static_cast<std::size_t>(why)];
}

}  // namespace smol::load
