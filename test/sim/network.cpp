#include "test/sim/network.hpp"

#include <algorithm>
#include <optional>

namespace smol::sim {

namespace {

constexpr moment transit_min = 50;
constexpr moment transit_max = 2 * millisecond;

std::string_view name_of_kind(const message& what)
{
    switch (what.is)
    {
    case message::kind::request:
        return "request";
    case message::kind::response:
        return "response";
    case message::kind::line:
        return "line";
    case message::kind::piece:
        return "piece";
    case message::kind::end:
        break;
    }
    return "end";
}

}  // namespace

// One direction of a connection.
struct network::half
{
    std::deque<message> arrived;
    bool is_cut = false;      // nothing comes any more, and that is known
    bool is_stalled = false;  // nothing comes any more
    moment last = 0;          // when the latest message arrives
    life::spot waiting = 0;
};

struct network::connection
{
    host* client = nullptr;
    host* server = nullptr;
    life* client_life = nullptr;
    std::uint64_t client_number = 0;
    life* server_life = nullptr;  // once it is accepted
    std::uint64_t server_number = 0;
    half to_server;
    half to_client;

    half& at(bool is_to_server) { return is_to_server ? to_server : to_client; }
    host* from(bool is_to_server) const { return is_to_server ? client : server; }
    host* to(bool is_to_server) const { return is_to_server ? server : client; }
};

host* network::find(const std::string& address) const
{
    const auto found = hosts_.find(address);
    return found == hosts_.end() ? nullptr : found->second;
}

endpoint network::dial(host& from, const std::string& address)
{
    auto over = std::make_shared<connection>();
    over->client = &from;
    over->client_life = from.living();
    over->client_number = over->client_life->number();
    over->server = find(address);
    return {*this, std::move(over), false};
}

moment network::transit()
{
    auto span = world_.fate.between(transit_min, transit_max);
    if (faults.late_max != 0 && world_.fate.odds(faults.late_of_10000))
    {
        ++world_.count[counted::late_messages];
        span += world_.fate.below(faults.late_max);
    }
    return span;
}

void network::send(const std::shared_ptr<connection>& over, bool is_to_server, message what)
{
    auto& at = over->at(is_to_server);
    if (at.is_stalled || !over->server)
        return;
    if (world_.fate.odds(faults.lost_of_10000))
    {
        at.is_stalled = true;
        ++world_.count[counted::lost_messages];
        world_.note(over->from(is_to_server)->name(), "lost", name_of_kind(what));
        return;
    }
    at.last = std::max(at.last + 1, world_.now() + transit());
    last_arrival_ = std::max(last_arrival_, at.last);
    auto arrival = [this, over, is_to_server, sent = std::make_shared<message>(std::move(what))] {
        deliver(over, is_to_server, std::move(*sent));
    };
    world_.at(at.last, nullptr, std::move(arrival));
}

void network::deliver(const std::shared_ptr<connection>& over, bool is_to_server, message what)
{
    auto& at = over->at(is_to_server);
    auto& to = *over->to(is_to_server);
    if (at.is_stalled || at.is_cut)
        return;
    if (is_blocked(*over->from(is_to_server), to) || !to.has_power())
    {
        at.is_stalled = true;
        return;
    }
    if (world_.is_verbose())
        world_.note(to.name(),
            name_of_kind(what),
            over->from(is_to_server)->name() + " " +
                (what.request ? what.request->method + " " + what.request->target.substr(0, 24)
                              : what.text.substr(0, 100)));
    auto* const living = to.living();
    const auto number = is_to_server ? over->server_number : over->client_number;
    const bool is_first = is_to_server && number == 0;
    if (!living || (!is_first && living->number() != number))
    {
        cut(over, !is_to_server);
        return;
    }
    at.arrived.push_back(std::move(what));
    if (is_first)
    {
        over->server_life = living;
        over->server_number = living->number();
        world_.happen(*living, [&] { to.accept(endpoint(*this, over, true)); });
        return;
    }
    arrive(*over, at, to);
}

void network::arrive(connection& over, half& at, host& to)
{
    auto* const living = to.living();
    const bool is_server = &at == &over.to_server;
    const auto number = is_server ? over.server_number : over.client_number;
    if (living && living->number() == number && at.waiting != 0)
        world_.happen(*living, [&] { living->wake(std::exchange(at.waiting, 0)); });
}

// The reader in that direction learns that nothing comes any more.
void network::cut(const std::shared_ptr<connection>& over, bool is_to_server)
{
    auto& at = over->at(is_to_server);
    if (at.is_stalled || !over->server || !over->from(is_to_server)->has_power())
        return;
    at.last = std::max(at.last + 1, world_.now() + transit());
    last_arrival_ = std::max(last_arrival_, at.last);
    auto arrival = [this, over, is_to_server] {
        auto& half = over->at(is_to_server);
        auto& to = *over->to(is_to_server);
        if (half.is_stalled || half.is_cut || is_blocked(*over->from(is_to_server), to))
            return;
        half.is_cut = true;
        arrive(*over, half, to);
    };
    world_.at(at.last, nullptr, std::move(arrival));
}

void endpoint::send(message what)
{
    if (over_)
        in_->send(over_, !is_server_, std::move(what));
}

net::task<result<message>> endpoint::receive(moment limit)
{
    const auto over = over_;
    if (!over)
        co_return errc::peer_unreachable;
    auto& in = in_->in();
    auto& at = over->at(is_server_);
    auto& mine = is_server_ ? *over->server_life : *over->client_life;
    const auto give_up = in.now() + limit;
    if (at.arrived.empty() && !at.is_cut)
    {
        auto late = [over, &at, &mine] { mine.wake(std::exchange(at.waiting, 0)); };
        in.at(give_up, &mine, std::move(late));
    }
    while (at.arrived.empty() && !at.is_cut)
    {
        if (in.now() >= give_up)
        {
            ++in.count[counted::timeouts];
            in.note(mine.name(), "timeout");
            co_return errc::request_timeout;
        }
        co_await mine.park(at.waiting);
    }
    if (at.arrived.empty())
        co_return errc::peer_unreachable;
    auto next = std::move(at.arrived.front());
    at.arrived.pop_front();
    co_return next;
}

bool endpoint::has_arrived() const
{
    return over_ && !over_->at(is_server_).arrived.empty();
}

void endpoint::close()
{
    if (!over_)
        return;
    const auto over = std::move(over_);
    over_.reset();
    in_->cut(over, !is_server_);
    auto& mine = over->at(is_server_);
    mine.is_cut = true;
    auto* const living = is_server_ ? over->server_life : over->client_life;
    const auto waiting = std::exchange(mine.waiting, 0);
    if (living && waiting != 0)
        living->wake(waiting);
}

host& endpoint::peer() const
{
    return is_server_ ? *over_->client : *over_->server;
}

void endpoint::swap(endpoint& other) noexcept
{
    std::swap(in_, other.in_);
    std::swap(over_, other.over_);
    std::swap(is_server_, other.is_server_);
}

}  // namespace smol::sim
