#include "volume/config.hpp"

#include "common/base/parse.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace smol::volume {

namespace {

// What choices give as numbers.
struct chosen
{
    std::size_t md5 = 0;
    std::size_t log_level = static_cast<std::size_t>(log::level::info);
};

std::vector<config::setting> rows(volume_config& to, chosen& choices)
{
    return {
        config::text("--listen",
            "SMOL_LISTEN",
            "ADDRESS",
            to.listen,
            "Address to listen on; beyond this machine only with --secret-file or --insecure."),
        config::port("--port", "PORT", to.port, "Port to listen on; 0 takes a free one."),
        config::text("--master", "SMOL_MASTER", "URL", to.master, "Where the master is."),
        config::text("--public-url",
            "SMOL_PUBLIC_URL",
            "URL",
            to.public_url,
            "How clients reach this server; without it the master works it out."),
        config::choice("--md5",
            "SMOL_MD5",
            {"auto", "always"},
            choices.md5,
            "When to keep an MD5 too: of values up to 1 MiB and when the client sends one, or of "
            "all."),
        config::size("--reserve",
            "SMOL_RESERVE",
            to.reserve_bytes,
            "Bytes that stay free on each disk; 0 keeps 1%, at least 16 MiB and at most 1 GiB."),
        config::text("--secret-file",
            "SMOL_SECRET_FILE",
            "FILE",
            to.secret_file,
            "The cluster's secret; without it master and volumes stay on one machine."),
        config::toggle("--insecure",
            "SMOL_INSECURE",
            to.insecure,
            "Listen beyond this machine although there is no secret file."),
        config::number("--connections-max",
            "SMOL_CONNECTIONS_MAX",
            "N",
            to.connections_max,
            "Connections at a time; one more is refused."),
        config::number("--threads",
            "SMOL_THREADS",
            "N",
            to.threads,
            "Event loops; 0 takes one for each core."),
        config::choice("--log-level",
            "SMOL_LOG_LEVEL",
            {"debug", "info", "warning", "error"},
            choices.log_level,
            "What is logged, and everything above it."),
    };
}

// One sentence, or nothing if all is well.
std::string complaint(const volume_config& given)
{
    if (!address_of_url(given.master))
        return fmt::format("--master {} is not a URL such as http://localhost:9000.", given.master);
    if (!is_loopback(given.listen) && given.secret_file.empty() && !given.insecure)
    {
        return fmt::format("--listen {} reaches beyond this machine: name a --secret-file that the "
                           "master has too, or say --insecure.",
            given.listen);
    }
    return {};
}

std::string message_of(const config::outcome& outcome, const config::program& program)
{
    switch (outcome.is)
    {
    case config::verdict::run:
        return {};
    case config::verdict::help:
        return config::help(program);
    case config::verdict::version:
        return "volume " SMOL_VERSION "\n";
    case config::verdict::invalid:
        break;
    }
    return outcome.message + "\n";
}

}  // namespace

parsed_config parse_config(const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment)
{
    parsed_config parsed;
    auto& given = parsed.settings;
    chosen choices;
    const config::program program{"volume",
        "PORT=9001 volume [--master URL] [DIR...]",
        "Keeps values as files in one or more directories, and joins the master by itself.",
        rows(given, choices),
        "[DIR...]"};
    const auto outcome = config::parse(program, arguments, environment);
    parsed.is = outcome.is;
    parsed.message = message_of(outcome, program);
    if (outcome.is != config::verdict::run)
        return parsed;
    given.md5 = choices.md5 == 0 ? md5_rule::small : md5_rule::always;
    given.log_level = static_cast<log::level>(choices.log_level);
    if (!outcome.operands.empty())
        given.directories = outcome.operands;
    const auto wrong = complaint(given);
    if (wrong.empty())
        return parsed;
    parsed.is = config::verdict::invalid;
    parsed.message = fmt::format("volume: {}\n", wrong);
    return parsed;
}

result<std::string> address_of_url(std::string_view url)
{
    constexpr std::string_view scheme = "http://";
    if (!url.starts_with(scheme))
        return errc::malformed_request;
    url.remove_prefix(scheme.size());
    if (url.ends_with('/'))
        url.remove_suffix(1);
    if (url.empty() || url.find_first_of("/?#@ ") != url.npos)
        return errc::malformed_request;
    const auto colon = url.rfind(':');
    const bool has_port = colon != url.npos && url.find(']', colon) == url.npos;
    if (!has_port)
        return std::string(url) + ":80";
    const auto port = parse_number(url.substr(colon + 1));
    if (!port || *port == 0 || *port > 65'535 || colon == 0)
        return errc::malformed_request;
    return std::string(url);
}

bool is_loopback(std::string_view listen) noexcept
{
    constexpr std::array<std::string_view, 3> names{"localhost", "::1", "[::1]"};
    return listen.starts_with("127.") ||
           std::find(names.begin(), names.end(), listen) != names.end();
}

}  // namespace smol::volume
