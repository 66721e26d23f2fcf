#include "common/net/response_marks.hpp"

#include "common/base/hex.hpp"
#include "common/http/precondition.hpp"

#include <ctime>
#include <random>
#include <span>

namespace smol::net {

namespace {

// All but the request's number; printed once a second on each thread.
const std::string& common_marks()
{
    thread_local std::time_t printed = -1;
    thread_local std::string text;
    const auto now = std::time(nullptr);
    if (now != printed)
    {
        printed = now;
        text = "Server: smol/" SMOL_VERSION "\r\nDate: ";
        text += http::http_date(now);
        text += "\r\nSmol-Request-Id: ";
    }
    return text;
}

}  // namespace

request_id make_request_id()
{
    thread_local std::mt19937_64 engine{std::random_device{}()};
    const std::uint64_t drawn = engine();
    request_id id;
    write_hex(std::as_bytes(std::span(&drawn, 1)), id.data());
    return id;
}

void append_marks(std::string& to, std::string_view id)
{
    to += common_marks();
    to += id;
    to += "\r\n";
}

}  // namespace smol::net
