#include "master/config.hpp"

namespace smol::master {

namespace {

using namespace smol::config;

std::vector<setting> place_settings(master::config& into)
{
    return {
        text("--listen", "SMOL_LISTEN", "HOST", into.listen, "Address to listen on."),
        port("--port", "PORT", into.port, "Port to listen on."),
        text("--db", "SMOL_DB", "DIR", into.db, "Directory of the index."),
        text("--secret-file",
            "SMOL_SECRET_FILE",
            "FILE",
            into.secret_file,
            "The cluster's secret, for volumes on other machines."),
        toggle("--insecure",
            "SMOL_INSECURE",
            into.insecure,
            "Listen beyond loopback without a secret file."),
    };
}

std::vector<setting> value_settings(master::config& into)
{
    return {
        number("--replicas", "SMOL_REPLICAS", "N", into.replicas, "Copies of each value."),
        number("--min-replicas",
            "SMOL_MIN_REPLICAS",
            "N",
            into.replicas_min,
            "Copies a PUT needs to succeed; 0: 2, or all volumes if there are fewer."),
        choice("--overwrite",
            "SMOL_OVERWRITE",
            {"forbid", "allow"},
            into.overwrite,
            "Whether a PUT may replace a value without If-Match."),
        toggle("--protect", "SMOL_PROTECT", into.protect, "DELETE only what was unlinked before."),
        choice("--redirect",
            "SMOL_REDIRECT",
            {"auto", "always", "never"},
            into.redirect,
            "auto: GET and PUT with Expect are redirected, other PUTs relayed."),
        toggle("--reject-empty", "SMOL_REJECT_EMPTY", into.reject_empty, "Refuse empty values."),
        size("--value-bytes-max",
            "SMOL_VALUE_BYTES_MAX",
            into.value_bytes_max,
            "Largest value that is taken."),
        duration("--ticket-lifetime",
            "SMOL_TICKET_LIFETIME",
            into.ticket_lifetime,
            "How long an upload may take; deletions are remembered as long."),
    };
}

std::vector<setting> process_settings(master::config& into)
{
    return {
        size("--cache",
            "SMOL_CACHE",
            into.cache_bytes,
            "Memory for the index's blocks; 0: an eighth of the machine's."),
        number("--connections-max",
            "SMOL_CONNECTIONS_MAX",
            "N",
            into.connections_max,
            "Connections at a time; one more is refused."),
        number(
            "--threads", "SMOL_THREADS", "N", into.threads, "Event loops; 0: one for each core."),
        choice("--log-level",
            "SMOL_LOG_LEVEL",
            {"debug", "info", "warning", "error"},
            into.log_level,
            "The least important events to log."),
    };
}

bool is_loopback_name(const std::string& listen)
{
    return listen == "localhost" || listen == "::1" || listen == "[::1]" ||
           listen.starts_with("127.");
}

}  // namespace

program describe(master::config& into)
{
    program all;
    all.name = "master";
    all.synopsis = "PORT=9000 master [--db DIR] [FLAG...]";
    all.summary = "Keeps the index (key -> volumes) and is the front door for clients.";
    for (auto& rows : {place_settings(into), value_settings(into), process_settings(into)})
        all.settings.insert(all.settings.end(), rows.begin(), rows.end());
    return all;
}

std::string fault_of(const master::config& settings)
{
    if (settings.replicas == 0)
        return "--replicas must be at least 1.";
    if (settings.replicas_min > settings.replicas)
        return "--min-replicas must not be more than --replicas.";
    if (settings.ticket_lifetime < std::chrono::seconds(1))
        return "--ticket-lifetime must be at least 1s.";
    if (!is_loopback_name(settings.listen) && settings.secret_file.empty() && !settings.insecure)
        return "--listen " + settings.listen +
               " reaches beyond this machine: give --secret-file, or --insecure if that is meant.";
    return {};
}

}  // namespace smol::master
