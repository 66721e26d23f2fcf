#include "volume/membership.hpp"

#include "common/base/log.hpp"
#include "common/wire/signature.hpp"
#include "volume/beats.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace smol::volume {

namespace {

using namespace std::chrono_literals;

constexpr auto beat_interval = 1'000ms;
constexpr auto beat_interval_joining = 100ms;  // until the master has delivered what it must know
constexpr auto silence_max = 3'000ms;          // three beats: the network is gone
constexpr auto back_off_min = 100ms;
constexpr auto back_off_max = 5'000ms;
constexpr std::size_t line_bytes_max = 64 * KiB;
constexpr net::client_timeouts join_timeouts{2s, 3s, 3s};

// Doubles with each failure, and varies by half, so that volumes do not all come back at once.
std::chrono::milliseconds pause_after(unsigned failures, std::uint64_t random)
{
    const auto doubled = back_off_min * (1U << std::min(failures, 6U));
    const auto most = std::min<std::chrono::milliseconds>(doubled, back_off_max);
    return most / 2 + most * static_cast<std::int64_t>(random % 512) / 1024;
}

}  // namespace

membership::membership(site& here,
    served_volume& of,
    membership_options options,
    std::function<void(std::string)> refused)
    : site_(here), volume_(of), options_(std::move(options)), refused_(std::move(refused))
{}

net::task<void> membership::keep()
{
    while (!is_leaving_)
    {
        auto stream = co_await join();
        auto ended = stream ? result<void>() : result<void>(stream.error());
        if (stream)
            ended = co_await live(*stream);
        volume_.joined(false);
        if (is_leaving_)
            co_return;
        if (failures_ == 0 || failures_ % 16 == 1)
        {
            log::warning("master_lost",
                {{"volume", volume_.name()},
                    {"master", options_.master},
                    {"why", ended ? std::string("the stream ended") : ended.error().message()}});
        }
        co_await back_off();
    }
}

net::task<void> membership::back_off()
{
    const auto pause = pause_after(failures_, site_.time.random());
    ++failures_;
    co_await site_.time.wait(pause);
}

net::task<result<net::client_exchange>> membership::join()
{
    auto opened =
        co_await net::client_exchange::open(net::this_loop(), options_.master, join_timeouts);
    if (!opened)
        co_return opened.error();
    http::request_head head;
    head.method = "POST";
    head.target = "/-/join";
    head.headers.set("Upgrade", "smol-heartbeat");
    const auto secret = site_.link.secret();
    const wire::signed_call call{head.method, head.target, {}};
    if (!secret.is_empty())
    {
        head.headers.set(wire::signature_header, wire::sign(call, site_.time.unix_us(), secret));
    }
    const auto sent = co_await opened->send_head(std::move(head));
    if (!sent)
        co_return sent.error();
    const auto answer = co_await opened->receive();
    if (!answer)
        co_return answer.error();
    if (answer->status != 101)
    {
        const auto body = co_await opened->receive_text(line_bytes_max);
        log::warning("join_refused",
            {{"volume", volume_.name()}, {"status", answer->status}, {"body", body ? *body : ""}});
        co_return errc::peer_refused;
    }
    received_ = opened->take_buffered();
    co_return opened;
}

net::task<result<void>> membership::live(net::client_exchange& stream)
{
    auto& connection = stream.connection();
    bool has_confirmed = false;
    while (!is_leaving_)
    {
        connection.expires_after(silence_max);
        const auto told = co_await beat(connection);
        if (!told)
            co_return told;
        const auto line = co_await next_line(connection);
        if (!line)
            co_return line.error();
        const auto answer = wire::parse_beat_answer(*line);
        if (!answer)
            co_return answer.error();
        const bool was_joined = volume_.is_joined();
        const auto obeyed = co_await obey(*answer);
        if (!was_joined && volume_.is_joined())
            log::info("joined", {{"volume", volume_.name()}, {"master", options_.master}});
        if (volume_.is_joined())
            failures_ = 0;
        if (!obeyed)
            co_return obeyed;
        if (answer->serve && !has_confirmed)
        {
            has_confirmed = true;  // by the next beat, at once: from then on clients are sent here
            continue;
        }
        const auto pause = answer->serve ? beat_interval : beat_interval_joining;
        connection.never_expires();
        co_await site_.time.wait(pause);
    }
    co_return result<void>();
}

net::task<result<void>> membership::beat(net::stream& to)
{
    const auto observed = co_await volume_.store().observe_space();
    if (!observed)
        log::error(
            "statfs_failed", {{"volume", volume_.name()}, {"why", observed.error().message()}});
    const auto line = wire::print(beat_of(volume_, options_.public_url, options_.port)) + "\n";
    co_return co_await to.write_all(as_bytes(line));
}

net::task<result<std::string>> membership::next_line(net::stream& from)
{
    std::array<std::byte, 4 * KiB> window;
    for (;;)
    {
        const auto end = received_.find('\n');
        if (end != received_.npos)
        {
            auto line = received_.substr(0, end);
            received_.erase(0, end + 1);
            co_return line;
        }
        if (received_.size() > line_bytes_max)
            co_return errc::format_damaged;
        const auto got = co_await from.read_some(window);
        if (!got)
            co_return got.error();
        if (*got == 0)
            co_return errc::peer_unreachable;
        received_ += as_text({window.data(), *got});
    }
}

net::task<result<void>> membership::obey(const wire::beat_answer& answer)
{
    if (answer.refusal.empty())
        co_return co_await obey_beat_answer(site_, volume_, answer);
    is_leaving_.store(true);
    refused_(fmt::format("{} ({}): the master at {} refused it: {} {}",
        volume_.name(),
        volume_.directory(),
        options_.master,
        answer.refusal,
        error_named(answer.refusal).message()));
    co_return errc::peer_refused;
}

}  // namespace smol::volume
