#include "volume/server.hpp"

#include "common/base/log.hpp"
#include "common/net/server.hpp"
#include "common/ops/limits.hpp"
#include "common/ops/notify.hpp"
#include "common/ops/secret.hpp"
#include "volume/http_peers.hpp"
#include "volume/membership.hpp"
#include "volume/routes.hpp"
#include "volume/site.hpp"
#include "volume/staging_sweep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <utility>

namespace smol::volume {

namespace {

using namespace std::chrono_literals;

constexpr auto drain_limit = 30'000ms;
constexpr auto stall_max = 10'000ms;
constexpr std::size_t open_files_max = 8'192;  // of one volume, kept for the next GET
constexpr std::uint64_t descriptors_of_its_own = 1'000;

std::string secret_of(const volume_config& settings)
{
    if (settings.secret_file.empty())
        return {};
    auto secret = ops::read_secret_file(settings.secret_file);
    if (!secret)
    {
        throw std::runtime_error(
            fmt::format("--secret-file {}: {}", settings.secret_file, secret.error().message()));
    }
    return std::move(*secret);
}

net::server_options options_of(const volume_config& settings)
{
    net::server_options options;
    options.listen = settings.listen;
    options.port = settings.port;
    options.connections_max = settings.connections_max;
    return options;
}

// Half of what connections leave over, the other half being for uploads; and where they leave
// nothing, so few that connections hardly miss them.
std::size_t open_files_of_each(const volume_config& settings)
{
    const auto limit = ops::raise_descriptor_limit();
    const auto taken = settings.connections_max + descriptors_of_its_own;
    const auto spare = limit > taken ? limit - taken : 0;
    const auto for_all = std::max(spare / 2, limit / 16);
    return std::min<std::size_t>(for_all / settings.directories.size(), open_files_max);
}

store_options store_options_of(const volume_config& settings, std::size_t open_files)
{
    store_options options;
    if (settings.reserve_bytes != 0)
        options.reserve_bytes = settings.reserve_bytes;
    options.open_files_max = open_files;
    return options;
}

// Runs `work` on a loop while the calling thread, which must be none of the loops', waits.
template <typename T>
T wait_for(net::loop& on, net::task<T> work)
{
    return asio::co_spawn(on.get_executor(), std::move(work), asio::use_future).get();
}

}  // namespace

// The loops have ended before any member is destroyed.
struct server::state
{
    // The port first: who finds it taken has touched no directory.
    explicit state(volume_config given)
        : settings(std::move(given)), master(address_of_url(settings.master).value()),
          time(net::make_system_clock()), link(secret_of(settings)), others(master, link, *time),
          here{*time, link, others, background, settings.md5, time->steady(), {}}, answers(here),
          loops(settings.threads), front(loops, answers, options_of(settings))
    {
        const auto options = store_options_of(settings, open_files_of_each(settings));
        for (const auto& directory : settings.directories)
        {
            here.volumes.push_back(
                std::make_unique<served_volume>(directory, options, time->random()));
        }
    }

    void recover();
    void join();
    void fail(std::string sentence);

    volume_config settings;
    std::string master;
    std::unique_ptr<net::clock> time;
    cluster_link link;
    http_peers others;
    net::gate background;  // drained at the end
    net::gate for_ever;    // ends with the loops
    site here;
    routes answers;
    std::vector<std::unique_ptr<membership>> memberships;
    net::loops loops;
    net::server front;
    bool is_started = false;
    bool is_stopped = false;
    std::mutex mutex;
    std::string failure;  // under `mutex`
};

void server::state::recover()
{
    for (const auto& one : here.volumes)
    {
        const auto opened = wait_for(loops.next(), one->store().open());
        if (!opened)
        {
            throw std::runtime_error(
                fmt::format("{}: {}", one->directory(), opened.error().message()));
        }
    }
}

void server::state::join()
{
    for (const auto& one : here.volumes)
    {
        auto& home = loops.next();
        membership_options options{master, settings.public_url, front.port()};
        auto refused = [this](std::string sentence) { fail(std::move(sentence)); };
        memberships.push_back(
            std::make_unique<membership>(here, *one, std::move(options), std::move(refused)));
        net::spawn(home, for_ever, "membership", memberships.back()->keep());
        net::spawn(home, for_ever, "sweep", sweep_for_ever(here, *one));
        net::spawn(home, for_ever, "survey", one->store().survey());
    }
}

void server::state::fail(std::string sentence)
{
    const std::lock_guard hold(mutex);
    failure = std::move(sentence);
}

server::server(volume_config settings) : state_(std::make_unique<state>(std::move(settings)))
{}

server::~server()
{
    stop();
}

std::uint16_t server::port() const noexcept
{
    return state_->front.port();
}

void server::start()
{
    state_->loops.start();
    state_->is_started = true;
    state_->recover();
    state_->front.start();
    state_->join();
}

void server::check()
{
    const std::lock_guard hold(state_->mutex);
    if (!state_->failure.empty())
        throw std::runtime_error(state_->failure);
    if (state_->loops.are_turning(stall_max))
        ops::notify_watchdog();
}

std::string server::summary() const
{
    std::string line;
    for (const auto& one : state_->here.volumes)
        line += (line.empty() ? "" : "; ") + volume::summary(*one);
    return line;
}

void server::stop()
{
    auto& all = *state_;
    if (std::exchange(all.is_stopped, true))
        return;
    if (all.is_started)
    {
        for (const auto& one : all.memberships)
            one->leave();
        wait_for(all.loops.at(0), all.front.stop(*all.time, drain_limit));
        all.background.close();
        wait_for(all.loops.at(0), all.background.drained(*all.time, drain_limit));
    }
    all.for_ever.close();
    all.loops.stop();
}

}  // namespace smol::volume
