#pragma once

// What the verbs work with, and what several of them share. All of it outlives every exchange; all
// of it is thread-safe or never changes.

#include "common/net/clock.hpp"
#include "common/net/exchange.hpp"
#include "common/net/gate.hpp"
#include "master/config.hpp"
#include "master/generation_clock.hpp"
#include "master/identity.hpp"
#include "master/index.hpp"
#include "master/janitor.hpp"
#include "master/membership.hpp"
#include "master/volume_choice.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace smol::master {

struct context
{
    const config& settings;
    const identity& of;
    index& entries;
    membership& members;
    generation_clock& generations;
    janitor& deletions;
    net::clock& time;
    const net::gate& background;  // closed once the master stops
    std::chrono::steady_clock::time_point started;
};

// What keeps PUTs from working now, for people; empty if nothing does.
std::string missing(const context& with);

// "3 of 3 volumes up, 17 keys, 0 deletions pending", and what is missing; for the operator.
std::string summary(const context& with);

// 200 and a JSON body.
net::task<result<void>> respond_json(net::exchange& one, std::string body);

// Checks Smol-Signature over the request and `body`. signature_invalid.
result<void> check_internal(const net::exchange& one, std::string_view body, const context& with);

}  // namespace smol::master
