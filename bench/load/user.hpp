#pragma once

// One user of the measured server: does one operation at a time, over a kept connection of its own
// to each server that redirects lead to. Belongs to one worker thread.

#include "bench/load/connection.hpp"
#include "bench/load/origins.hpp"
#include "bench/load/places.hpp"
#include "bench/load/request.hpp"
#include "bench/load/size_law.hpp"
#include "bench/load/task.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smol::load {

using time_point = std::chrono::steady_clock::time_point;

// How operations are done, the same for all users.
struct manners
{
    key_naming names;
    std::string write_query;  // of the first request of a PUT
    std::uint64_t run_seed = 1;
    size_law sizes = size_law::fixed(4096);
    bool verifies = true;                     // else bodies are dropped unseen
    std::uint64_t expect_from = 1024 * 1024;  // PUTs of so many bytes ask before they send
    unsigned missing_status = 404;
};

struct outcome
{
    task what;
    failure why = failure::none;
    unsigned status = 0;
    std::uint64_t bytes = 0;
    std::uint64_t listed = 0;
    time_point intended;  // when it should have begun
};

// What the users of a worker have in common; outlives them.
struct surroundings
{
    const manners& how;
    poller& events;
    origins& servers;
    places& remembered;
    std::span<std::byte> scratch;
};

class user
{
public:
    user(std::size_t number, const surroundings& around);
    user(const user&) = delete;
    user& operator=(const user&) = delete;

    std::size_t number() const { return number_; }
    bool is_busy() const { return is_busy_; }
    time_point began() const { return began_; }

    // Nothing: it is under way.
    std::optional<outcome> begin(const task& what, time_point intended, time_point now);

    // Something became ready on one of this user's connections.
    std::optional<outcome> on_event(connection& on, std::uint32_t events);

    // Gives up what is under way.
    outcome abandon(failure why);

    // How often a kept connection had been closed by the server, since the last call.
    std::uint64_t take_reconnects() { return std::exchange(reconnects_, 0); }

private:
    connection& connection_to(std::size_t origin);
    std::optional<outcome> request(std::size_t origin, std::string_view target, expectation wants);
    std::optional<outcome> first_request();
    std::optional<outcome> read_response(connection& on);
    void on_head(const response_head& head);
    std::optional<outcome> on_complete();
    std::optional<outcome> on_failure(failure why);
    std::optional<outcome> follow();
    std::optional<outcome> start_over();
    void count(const arrival& piece);
    bool is_right_status() const;
    bool may_follow() const;
    outcome finish(failure why);
    std::uint64_t size_of_value() const;

    const std::size_t number_;
    const surroundings around_;
    std::vector<std::unique_ptr<connection>> connections_;  // by origin

    bool is_busy_ = false;
    task task_;
    time_point intended_;
    time_point began_;
    value_content content_;
    connection* on_ = nullptr;  // where the request is
    std::size_t origin_ = 0;    // of that connection
    bool was_reused_ = false;   // that connection had served others before
    std::string target_;        // of the first request
    std::string next_;          // where a redirect leads
    unsigned hops_ = 0;
    bool was_retried_ = false;
    bool is_remembered_ = false;  // the first request went where an earlier redirect led
    unsigned status_ = 0;
    bool is_followed_ = false;  // this response is a redirect to follow
    bool is_value_ = false;     // its body is the value
    bool is_damaged_ = false;
    std::uint64_t received_ = 0;
    std::uint64_t quotes_ = 0;  // in a list
    std::uint64_t reconnects_ = 0;
};

}  // namespace smol::load
