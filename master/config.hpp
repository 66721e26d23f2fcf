#pragma once

// Settings of the master: every knob with its default, unit and meaning. Flags, environment and
// TOML names come from the table in config.cpp.

#include "common/base/bytes.hpp"
#include "common/base/log.hpp"
#include "common/config/settings.hpp"
#include "master/admission.hpp"
#include "master/remove_decision.hpp"
#include "master/route_choice.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace smol::master {

struct config
{
    std::string listen = "localhost";
    std::uint16_t port = 9000;  // 0: any
    std::string db = "./olivedb";

    std::uint64_t replicas = 3;
    std::uint64_t replicas_min = 0;  // 0: 2, or as many volumes as were ever registered if fewer

    std::size_t overwrite = 0;  // 0 forbid, 1 allow
    std::size_t redirect = 0;   // 0 auto, 1 always, 2 never
    bool protect = false;
    bool reject_empty = false;
    std::uint64_t value_bytes_max = 5 * 1024 * GiB;

    std::string secret_file;  // empty: the cluster's own secret, on loopback
    bool insecure = false;    // other addresses than loopback without a secret file

    std::uint64_t cache_bytes = 0;  // of the index; 0: an eighth of the memory
    std::uint64_t connections_max = 20'000;
    std::uint64_t threads = 0;  // event loops; 0: one for each core

    // How long an upload may take in all. Tombstones and answers to commits are kept as long.
    std::chrono::milliseconds ticket_lifetime = std::chrono::hours(24);

    std::size_t log_level = 1;  // debug, info, warning, error

    overwriting existing() const
    {
        return overwrite == 1 ? overwriting::allowed : overwriting::forbidden;
    }
    protection guarded() const { return protect ? protection::on : protection::off; }
    redirect_policy way() const { return static_cast<redirect_policy>(redirect); }
    log::level verbosity() const { return static_cast<log::level>(log_level); }
    put_policy puts() const { return {existing(), !reject_empty, value_bytes_max}; }
    std::uint64_t lifetime_us() const
    {
        return static_cast<std::uint64_t>(std::chrono::microseconds(ticket_lifetime).count());
    }
};

// The table. `into` holds the defaults and takes the values.
smol::config::program describe(config& into);

// What the rows cannot see one by one; empty if all is well, else one sentence (exit code 2).
std::string fault_of(const config& settings);

}  // namespace smol::master
