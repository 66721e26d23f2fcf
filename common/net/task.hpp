#pragma once

// The coroutine type of smol and the completion token that goes with it. A task runs on one event
// loop from its first statement to its last, so what it owns needs no lock.
//
// House rules: one co_await a statement, and what goes into it has a name; parameters by value if
// the task is spawned, by reference if it is awaited in place; never a capturing lambda as a
// coroutine.

#include "common/base/result.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace smol {

namespace asio = boost::asio;

}  // namespace smol

namespace smol::net {

using executor = asio::io_context::executor_type;

template <typename T>
using task = asio::awaitable<T, executor>;

// Completes with a tuple that begins with the error_code, and never throws.
inline constexpr asio::as_tuple_t<asio::use_awaitable_t<executor>> use_task{};

}  // namespace smol::net
