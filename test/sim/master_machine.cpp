#include "test/sim/master_machine.hpp"

#include "common/base/hex.hpp"
#include "common/http/status_of.hpp"
#include "master/attendance.hpp"
#include "master/front_door.hpp"
#include "master/redirect.hpp"
#include "master/upkeep.hpp"

#include <optional>
#include <utility>

namespace smol::sim {

namespace {

constexpr moment silence_max = 3 * second;
constexpr moment head_silence_max = 10 * second;
constexpr moment call_silence_max = 10 * second;
constexpr moment index_time_max = 2 * millisecond;
const std::string secret = "what all processes of the simulated cluster know";

class master_peers final : public master::peers
{
public:
    explicit master_peers(machine& of) : of_(of) {}

    net::task<result<void>> remove(
        std::string address, std::string key, std::string ticket) override
    {
        outgoing what;
        what.head.method = "DELETE";
        what.head.target = master::ticketed_url({}, key, ticket);
        what.may_double = true;
        const auto got =
            co_await call(of_.net(), of_, std::move(address), std::move(what), call_silence_max);
        if (!got)
            co_return errc::peer_unreachable;
        if (got->status != 204)
            co_return errc::peer_refused;
        co_return result<void>();
    }

private:
    machine& of_;
};

}  // namespace

struct master_machine::process
{
    explicit process(master_machine& of) : generations(of.time()), volumes(of) {}

    net::gate background;
    master::generation_clock generations;
    master::membership members;
    master_peers volumes;
    master::identity of;
    std::optional<master::janitor> deletions;
    std::optional<master::context> around;
    std::optional<master::front_door> answers;
};

master_machine::master_machine(
    network& in, std::string name, std::string address, master::config settings)
    : machine(in, std::move(name), std::move(address)), settings_(std::move(settings))
{
    // Else it would be drawn by the system's chance.
    index_.at(master::family::meta)["cluster"] = "00000000000000c1";
}

master_machine::~master_machine() = default;

void master_machine::accept(endpoint from)
{
    current().spawn(serve_one(std::move(from)));
}

void master_machine::begin()
{
    index_.keep_pace([this](std::string_view operation) { return pace(operation); });
    process_ = std::make_unique<process>(*this);
    current().spawn(run());
}

void master_machine::forget()
{
    index_.forget_waiting();
    process_.reset();
}

net::task<error_code> master_machine::pace(std::string_view operation)
{
    auto& fate = in().fate;
    if (operation == "write")
        in().note(name(), "index write");
    if (fate.flip())
        co_await current().pause(fate.below(index_time_max));
    if (operation != "write" || !fate.odds(index_error_of_10000))
        co_return error_code();
    ++in().count[counted::index_failures];
    exit("the index failed");
    co_return errc::index_failed;
}

net::task<void> master_machine::run()
{
    auto& all = *process_;
    auto opened =
        co_await master::open_identity(index_, all.generations, secret, settings_.lifetime_us());
    if (!opened)
    {
        exit("no identity");
        co_return;
    }
    all.of = std::move(*opened);
    const auto loaded = co_await master::load_members(index_, all.members);
    const auto spawner = [this](std::string_view, net::task<void> work) {
        current().spawn(std::move(work));
    };
    const master::janitor::tools tools{
        index_, all.members, all.generations, all.volumes, time(), all.of};
    all.deletions.emplace(tools, spawner);
    const auto counted_ones = co_await all.deletions->count();
    if (!loaded || !counted_ones)
    {
        exit("unreadable index");
        co_return;
    }
    all.around.emplace(master::context{settings_,
        all.of,
        index_,
        all.members,
        all.generations,
        *all.deletions,
        time(),
        all.background,
        time().steady()});
    all.answers.emplace(*all.around);
    current().spawn(master::keep_up(*all.around));
    listen();
}

net::task<void> master_machine::serve_one(endpoint over)
{
    auto first = co_await over.receive(head_silence_max);
    if (!first || !first->request)
        co_return;
    const auto head = first->request;
    if (head->target == "/-/join")
    {
        co_await serve_volume(over);
        co_return;
    }
    auto target = http::parse_target(head->target);
    simulated_exchange one(over, *head, std::move(*target));
    co_await process_->answers->serve(one);
}

// As master/join.cpp does it over a socket.
net::task<void> master_machine::serve_volume(endpoint& over)
{
    auto& with = *process_->around;
    const auto first = co_await over.receive(silence_max);
    if (!first)
        co_return;
    const auto said = wire::parse_beat(first->text);
    if (!said)
        co_return;
    master::stay stay{said->volume, over.peer().address(), {}, said->port, false};
    auto who = co_await master::attendance::begin(with, std::move(stay), *said);
    if (!who)
        co_return;
    in().note(name(), "volume joins", said->volume);
    while (!(*who)->has_ended())
    {
        auto answer = (*who)->answer();
        answer.secret = to_hex(as_bytes(with.of.secret.secret()));
        message line;
        line.is = message::kind::line;
        line.text = wire::print(answer);
        over.send(std::move(line));
        const auto next = co_await over.receive(silence_max);
        if (!next)
            break;
        const auto beat = wire::parse_beat(next->text);
        if (!beat || !(*who)->hear(*beat))
            break;
    }
    in().note(name(), "volume leaves", said->volume);
}

}  // namespace smol::sim
