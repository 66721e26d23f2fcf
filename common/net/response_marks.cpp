#include "common/net/response_marks.hpp"

#include "common/base/hex.hpp"
#include "common/http/precondition.hpp"

#include <ctime>
#include <random>
#include <span>

namespace smol::net {

namespace {

// Printed once a second on each thread.
const std::string& date_now()
{
    thread_local std::time_t printed = 0;
    thread_local std::string text;
    const auto now = std::time(nullptr);
    if (now != printed)
    {
        printed = now;
        text = http::http_date(now);
    }
    return text;
}

}  // namespace

std::string make_request_id()
{
    thread_local std::mt19937_64 engine{std::random_device{}()};
    const std::uint64_t drawn = engine();
    return to_hex(std::as_bytes(std::span(&drawn, 1)));
}

void mark(http::response_head& head, std::string_view request_id)
{
    head.headers.set("Server", "smol/" SMOL_VERSION);
    head.headers.set("Date", date_now());
    head.headers.set("Smol-Request-Id", request_id);
}

}  // namespace smol::net
