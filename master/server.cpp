#include "master/server.hpp"

#include "common/base/log.hpp"
#include "common/net/gate.hpp"
#include "common/net/loop.hpp"
#include "common/net/server.hpp"
#include "common/ops/limits.hpp"
#include "common/ops/notify.hpp"
#include "common/ops/secret.hpp"
#include "master/front_door.hpp"
#include "master/rocks_index.hpp"
#include "master/upkeep.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <utility>

namespace smol::master {

namespace {

using namespace std::chrono_literals;

constexpr std::chrono::milliseconds drain_limit = 10s;
constexpr std::chrono::milliseconds background_limit = 5s;
constexpr std::chrono::milliseconds stall_max = 10s;
constexpr std::uint64_t cache_share = 8;  // of the memory, one in so many is the cache's

std::string secret_of(const config& settings)
{
    if (settings.secret_file.empty())
        return {};
    auto secret = ops::read_secret_file(settings.secret_file);
    if (!secret)
        throw std::runtime_error(
            fmt::format("cannot use the secret file {}: it must be readable by "
                        "its owner only and hold at least {} bytes ({})",
                settings.secret_file,
                ops::secret_bytes_min,
                secret.error().message()));
    return std::move(*secret);
}

rocks_options index_options(const config& settings)
{
    rocks_options options;
    options.directory = settings.db;
    if (settings.cache_bytes != 0)
        options.cache_bytes = settings.cache_bytes;
    else
        options.cache_bytes = std::max(options.cache_bytes, ops::memory_bytes() / cache_share);
    return options;
}

net::server_options door_options(const config& settings)
{
    net::server_options options;
    options.listen = settings.listen;
    options.port = settings.port;
    options.connections_max = static_cast<std::size_t>(settings.connections_max);
    return options;
}

// Runs a task on a loop and waits for it on this thread, which is none of the loops'.
template <typename T>
T wait_for(net::loop& home, net::task<T> work)
{
    return asio::co_spawn(home.get_executor(), std::move(work), asio::use_future).get();
}

template <typename T>
void must(const result<T>& outcome, std::string_view what)
{
    if (!outcome)
        throw std::runtime_error(
            fmt::format("cannot start: {}: {}", what, outcome.error().message()));
}

}  // namespace

struct server::state
{
    explicit state(config with) : settings(std::move(with)), entries(index_options(settings)) {}

    void open();
    janitor::spawner on_any_loop();

    config settings;
    std::unique_ptr<net::clock> time = net::make_system_clock();
    rocks_index entries;
    net::gate background;
    net::loops loops{static_cast<std::size_t>(settings.threads)};
    generation_clock generations{*time};
    membership members;
    http_peers volumes;
    identity of;
    std::optional<janitor> deletions;
    std::optional<context> around;
    std::optional<front_door> answers;
    std::optional<net::server> door;
    bool stopped = false;
};

janitor::spawner server::state::on_any_loop()
{
    return [this](std::string_view name, net::task<void> work) {
        net::spawn(loops.next(), background, name, std::move(work));
    };
}

void server::state::open()
{
    ops::raise_descriptor_limit();
    auto secret = secret_of(settings);
    loops.start();
    auto& home = loops.at(0);
    auto opened = wait_for(
        home, open_identity(entries, generations, std::move(secret), settings.lifetime_us()));
    must(opened, "the cluster's identity in the index");
    of = std::move(*opened);
    must(wait_for(home, load_members(entries, members)), "the volumes in the index");
    const janitor::tools tools{entries, members, generations, volumes, *time, of};
    deletions.emplace(tools, on_any_loop());
    must(wait_for(home, deletions->count()), "the pending deletions in the index");

    around.emplace(context{settings,
        of,
        entries,
        members,
        generations,
        *deletions,
        *time,
        background,
        time->steady()});
    answers.emplace(*around);
    door.emplace(loops, *answers, door_options(settings));
}

server::server(config settings) : state_(std::make_unique<state>(std::move(settings)))
{
    try
    {
        state_->open();
    }
    catch (...)
    {
        stop();
        throw;
    }
}

server::~server()
{
    stop();
}

void server::start()
{
    net::spawn(state_->loops.at(0), state_->background, "keep", keep_up(*state_->around));
    state_->door->start();
    log::info("master_ready",
        {{"version", SMOL_VERSION},
            {"port", port()},
            {"db", state_->settings.db},
            {"cluster", state_->of.cluster}});
}

// Heartbeat streams end at their next beat. The index closes while the loops still turn, so that
// nobody waits for an answer that cannot come; then the loops end, and with them whatever is still
// suspended.
void server::stop()
{
    auto& all = *state_;
    if (std::exchange(all.stopped, true))
        return;
    all.background.close();
    if (all.deletions)
        all.deletions->stop();
    if (all.door)
        wait_for(all.loops.at(0), all.door->stop(*all.time, drain_limit));
    if (all.door)
        wait_for(all.loops.at(0), all.background.drained(*all.time, background_limit));
    if (all.door)
        wait_for(all.loops.at(0), stop_clock(all.entries, all.generations));
    all.entries.close();
    all.loops.stop();
}

std::uint16_t server::port() const noexcept
{
    return state_->door->port();
}

void server::check()
{
    state_->entries.tend();
    if (state_->loops.are_turning(stall_max))
        ops::notify_watchdog();
}

std::string server::summary() const
{
    return master::summary(state_->answers->with());
}

}  // namespace smol::master
