#include "common/net/server.hpp"

#include "common/base/log.hpp"
#include "common/net/listener.hpp"
#include "common/net/session.hpp"
#include "common/net/socket_calls.hpp"
#include "common/net/turn_away.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/post.hpp>

#include <utility>

namespace smol::net {

namespace {

constexpr int accepts_per_turn_max = 64;
constexpr std::chrono::milliseconds back_off{100};
constexpr std::size_t newcomers_max = 256;  // at the cap; more are closed without a word
// At the cap: newcomers wait so long for a place, and those give way that have waited so long for a
// request. The second is the shorter, so that a crowd that came at once keeps nobody out.
constexpr std::chrono::milliseconds patience_of_newcomers{1'500};
constexpr std::chrono::milliseconds patience_with_waiting{1'000};
constexpr std::chrono::milliseconds between_looks{25};
constexpr std::chrono::milliseconds close_limit{1'000};  // for what was told to end

using timer = asio::basic_waitable_timer<std::chrono::steady_clock,
    asio::wait_traits<std::chrono::steady_clock>,
    executor>;

}  // namespace

struct server::state
{
    state(loops& where, service& answers, server_options wanted)
        : on(where), context{answers, std::move(wanted)},
          doors(listen_on(where.at(0), context.options.listen, context.options.port)),
          lists(where.size())
    {
        port = doors.front().local_endpoint().port();
    }

    task<void> accept_from(tcp_acceptor& door);
    bool accept_ready(tcp_acceptor& door);
    void admit(io::unique_fd accepted, const asio::ip::tcp& protocol);
    task<void> wait_for_place(std::size_t index, io::unique_fd accepted, asio::ip::tcp protocol);
    task<gate::pass> find_place(std::size_t index);
    void close_doors();
    void on_each_loop(void (session_list::*what)());

    loops& on;
    session_context context;
    gate accepting;
    gate sessions;
    gate newcomers;                   // for whom there is no place yet
    gate errands;                     // posted to a loop, not run yet
    std::vector<tcp_acceptor> doors;  // on loop 0
    std::vector<session_list> lists;  // one for each loop
    reserve_fd reserve;
    std::uint16_t port = 0;
    std::size_t turn = 0;  // of the next connection
};

task<void> server::state::accept_from(tcp_acceptor& door)
{
    timer pause(door.get_executor());
    for (;;)
    {
        const auto [ec] = co_await door.async_wait(tcp_acceptor::wait_read, use_task);
        if (context.is_stopping.load() || ec == asio::error::operation_aborted)
            co_return;
        const bool is_well = !ec && accept_ready(door);
        if (is_well)
            continue;
        pause.expires_after(back_off);
        co_await pause.async_wait(use_task);
    }
}

// False if something is wrong that time may mend.
bool server::state::accept_ready(tcp_acceptor& door)
{
    const auto protocol = door.local_endpoint().protocol();
    for (int i = 0; i < accepts_per_turn_max; ++i)
    {
        const auto accepted = accept_one(door.native_handle());
        if (accepted)
        {
            admit(io::unique_fd(*accepted), protocol);
            continue;
        }
        if (is_not_now(accepted.error()))
            return true;
        if (is_exhaustion(accepted.error()))
            reserve.shed(door.native_handle(), accepted.error());
        else
            log::error("accept_failed", {{"error", accepted.error().message()}});
        return false;
    }
    return true;
}

void server::state::admit(io::unique_fd accepted, const asio::ip::tcp& protocol)
{
    const auto index = turn++ % on.size();
    auto& home = on.at(index);
    auto pass = sessions.enter(context.options.connections_max);
    if (pass)
    {
        auto begin = [this,
                         index,
                         pass = std::move(pass),
                         socket = std::move(accepted),
                         protocol]() mutable {
            session::begin(
                context, lists[index], on.at(index), std::move(pass), std::move(socket), protocol);
        };
        asio::post(home.get_executor(), std::move(begin));
        return;
    }
    auto brief = newcomers.enter(newcomers_max);
    if (brief)
        spawn(home,
            std::move(brief),
            "newcomer",
            wait_for_place(index, std::move(accepted), protocol));
}

// At the cap whoever sends nothing gives way to whoever may.
task<void> server::state::wait_for_place(
    std::size_t index, io::unique_fd accepted, asio::ip::tcp protocol)
{
    auto& home = on.at(index);
    auto pass = co_await find_place(index);
    if (!pass)
        co_return co_await turn_away(home, std::move(accepted), protocol);
    session::begin(context, lists[index], home, std::move(pass), std::move(accepted), protocol);
}

// Empty if all are at work for too long, or the server stops.
task<gate::pass> server::state::find_place(std::size_t index)
{
    timer pause(on.at(index).get_executor());
    const auto give_up = std::chrono::steady_clock::now() + patience_of_newcomers;
    for (;;)
    {
        auto pass = sessions.enter(context.options.connections_max);
        if (pass || context.is_stopping.load() || std::chrono::steady_clock::now() >= give_up)
            co_return pass;
        lists[index].close_longest_waiting(patience_with_waiting);
        pause.expires_after(between_looks);
        co_await pause.async_wait(use_task);
    }
}

void server::state::close_doors()
{
    asio::post(on.at(0).get_executor(), [this, pass = errands.enter()] {
        for (auto& door : doors)
        {
            error_code ignored;  // nobody comes in either way
            door.close(ignored);
        }
    });
}

void server::state::on_each_loop(void (session_list::*what)())
{
    for (std::size_t i = 0; i < lists.size(); ++i)
        asio::post(on.at(i).get_executor(),
            [this, i, what, pass = errands.enter()] { (lists[i].*what)(); });
}

server::server(loops& on, service& answers, server_options options)
    : state_(std::make_unique<state>(on, answers, std::move(options)))
{}

server::~server()
{
    const auto inside = [](const gate& one) { return one.inside() != 0; };
    if (inside(state_->accepting) || inside(state_->sessions) || inside(state_->newcomers) ||
        inside(state_->errands))
        state_->on.stop();
}

std::uint16_t server::port() const noexcept
{
    return state_->port;
}

std::size_t server::connections() const noexcept
{
    return state_->sessions.inside();
}

void server::start()
{
    for (auto& door : state_->doors)
        spawn(state_->on.at(0), state_->accepting, "accept", state_->accept_from(door));
}

task<void> server::stop(clock& time, std::chrono::milliseconds limit)
{
    state_->context.is_stopping.store(true);
    state_->close_doors();
    co_await state_->accepting.drained(time, close_limit);
    state_->on_each_loop(&session_list::close_idle);
    const bool is_empty = co_await state_->sessions.drained(time, limit);
    if (!is_empty)
        state_->on_each_loop(&session_list::close_all);
    co_await state_->sessions.drained(time, close_limit);
    co_await state_->newcomers.drained(time, close_limit);
    co_await state_->errands.drained(time, close_limit);
}

}  // namespace smol::net
