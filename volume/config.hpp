#pragma once

// The settings of a volume server. Pure but for the file that --config names.

#include "common/base/log.hpp"
#include "common/config/settings.hpp"
#include "volume/value_digest.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace smol::volume {

struct volume_config
{
    std::vector<std::string> directories{"./volume1"};
    std::string listen = "localhost";
    std::uint16_t port = 9001;
    std::string master = "http://localhost:9000";
    std::string public_url;  // how clients reach it; empty: the master works it out
    md5_rule md5 = md5_rule::small;
    std::uint64_t reserve_bytes = 0;  // kept free; 0: the rule of low_water.hpp
    std::string secret_file;          // empty: loopback only, and the master hands it out
    bool insecure = false;            // may listen beyond loopback without a secret
    std::uint64_t connections_max = 20'000;
    std::uint64_t threads = 0;  // event loops; 0: one for each core
    log::level log_level = log::level::info;
};

struct parsed_config
{
    config::verdict is = config::verdict::run;
    std::string message;  // help, version, or what is wrong; whole lines
    volume_config settings;
};

parsed_config parse_config(const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment);

// "http://host:9000" -> "host:9000"; port 80 if there is none. malformed_request for anything else.
result<std::string> address_of_url(std::string_view url);

// Whether `listen` names nothing but this machine.
bool is_loopback(std::string_view listen) noexcept;

}  // namespace smol::volume
