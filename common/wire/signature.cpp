#include "common/wire/signature.hpp"

#include "common/base/hex.hpp"
#include "common/wire/word_reader.hpp"

#include <fmt/format.h>

#include <string_view>

namespace smol::wire {
namespace {

using namespace std::string_view_literals;

constexpr auto domain = "smol-call-v1\0"sv;  // nothing else that is signed begins like this

// Neither a method nor a target can hold a NUL, and the body is last: one call, one message.
mac signature_of(const signed_call& call, std::uint64_t time_us, const hmac_key& secret)
{
    const fmt::format_int time(time_us);
    const std::string_view digits(time.data(), time.size());
    return secret.sign(
        {domain, call.method, "\0"sv, call.target, "\0"sv, digits, "\0"sv, call.body});
}

std::uint64_t distance(std::uint64_t a, std::uint64_t b)
{
    return a > b ? a - b : b - a;
}

}  // namespace

std::string sign(const signed_call& call, std::uint64_t now_us, const hmac_key& secret)
{
    const auto signature = signature_of(call, now_us, secret);
    return fmt::format("{}.{}", now_us, to_base64url(signature));
}

result<void> check_signature(
    const signed_call& call, std::string_view header, std::uint64_t now_us, const hmac_key& secret)
{
    constexpr auto window_us = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::microseconds>(signature_window).count());
    const auto dot = header.find('.');
    if (dot == header.npos)
        return errc::signature_invalid;
    const auto time_us = parse_printed_number(header.substr(0, dot));
    const auto claimed = from_base64url(header.substr(dot + 1));
    if (!time_us || !claimed)
        return errc::signature_invalid;
    const auto signature = signature_of(call, *time_us, secret);
    if (!equal_in_constant_time(*claimed, as_text(signature)))
        return errc::signature_invalid;
    if (distance(*time_us, now_us) > window_us)
        return errc::signature_invalid;
    return {};
}

}  // namespace smol::wire
