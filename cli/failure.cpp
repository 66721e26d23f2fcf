#include "cli/failure.hpp"

#include "cli/answers.hpp"
#include "common/http/message.hpp"

#include <fmt/format.h>

namespace smol::cli {

exit_code exit_code_of(unsigned http_status) noexcept
{
    switch (http_status)
    {
    case 404:
        return exit_code::not_found;
    case 408:
    case 429:
    case 502:
    case 503:
    case 504:
        return exit_code::temporary;
    case 403:
    case 409:
    case 412:
        return exit_code::refused;
    case 507:
        return exit_code::no_room;
    default:
        return http_status >= 200 && http_status < 300 ? exit_code::ok : exit_code::failed;
    }
}

exit_code both_of(exit_code a, exit_code b) noexcept
{
    if (a == exit_code::ok || a == b)
        return b;
    return b == exit_code::ok ? a : exit_code::failed;
}

failure unreachable(std::string_view subject, std::string_view address)
{
    return {exit_code::temporary,
        fmt::format(
            "{}: nobody answers at {}. Is it running? 'smol dev' starts a store here; --master "
            "or SMOL_MASTER names another.",
            subject,
            address)};
}

failure interrupted(std::string_view subject, std::string_view address, const error_code& why)
{
    return {exit_code::temporary,
        fmt::format("{}: the connection to {} broke ({}). The same again may work.",
            subject,
            address,
            why.message())};
}

failure refused(std::string_view subject, unsigned status, std::string_view body)
{
    auto told = parse_refusal(body);
    if (told.empty())
        told = http::reason_phrase(status);
    return {exit_code_of(status), fmt::format("{}: {} (HTTP {})", subject, told, status)};
}

failure local(std::string_view path, std::string_view doing, const error_code& why)
{
    return {exit_code::failed, fmt::format("{}: cannot {}: {}", path, doing, why.message())};
}

}  // namespace smol::cli
