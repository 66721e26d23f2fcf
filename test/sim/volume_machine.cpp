#include "test/sim/volume_machine.hpp"

#include "common/wire/identity.hpp"
#include "volume/beats.hpp"
#include "volume/blob_paths.hpp"
#include "volume/staging_sweep.hpp"

#include <algorithm>
#include <utility>

namespace smol::sim {

namespace {

constexpr moment silence_max = 3 * second;
constexpr moment beat_interval = 1 * second;
constexpr moment beat_interval_joining = 100 * millisecond;
constexpr moment back_off_min = 100 * millisecond;
constexpr moment back_off_max = 5 * second;
constexpr std::uint16_t port = 9001;

message line_message(std::string text)
{
    message made;
    made.is = message::kind::line;
    made.text = std::move(text);
    return made;
}

wire::identity identity_on(const test::memory_disk& disk, const std::string& name)
{
    const auto file = disk.names().find(volume::identity_path);
    if (!file)
        return {name, ""};
    return wire::parse_identity(file->now.bytes).value();
}

}  // namespace

struct volume_machine::process
{
    process(volume_machine& of, const std::string& master)
        : others(of, master, link), here{of.time(),
                                        link,
                                        others,
                                        background,
                                        volume::md5_rule::small,
                                        of.time().steady(),
                                        {},
                                        0},
          answers(here)
    {
        auto known = identity_on(of.disk(), of.name());
        here.volumes.push_back(std::make_unique<volume::served_volume>(
            "/" + of.name(), std::move(known), of.disk(), volume::store_options{}));
        here.small_bytes_max = of.in().fate.flip() ? volume::small_value_bytes_max : 0;
    }

    volume::cluster_link link{""};
    volume_peers others;
    net::gate background;
    volume::site here;
    volume::routes answers;
};

volume_machine::volume_machine(
    network& in, std::string name, std::string address, std::string master)
    : machine(in, std::move(name), std::move(address)), master_(std::move(master)), faults_(in.in())
{}

volume_machine::~volume_machine() = default;

volume::served_volume* volume_machine::served()
{
    return process_ ? process_->here.volumes.front().get() : nullptr;
}

bool volume_machine::has_joined()
{
    return living() && served()->is_joined() && served()->is_serving();
}

bool volume_machine::is_read_only()
{
    return process_ && served()->store().is_read_only();
}

void volume_machine::accept(endpoint from)
{
    current().spawn(serve(std::move(from), process_->answers));
}

void volume_machine::begin()
{
    faults_.rule(disk_, current());
    process_ = std::make_unique<process>(*this, master_);
    current().spawn(run());
}

void volume_machine::forget()
{
    test::memory_disk::pace none;
    disk_.keep_pace(std::move(none));
    process_.reset();
}

void volume_machine::spoil_disk()
{
    auto& fate = in().fate;
    const auto spared_of_4 = fate.below(5);  // all, most, half, some or none
    disk_.lose_power([&fate, spared_of_4] { return fate.below(4) < spared_of_4; });
}

net::task<void> volume_machine::run()
{
    auto& store = served()->store();
    const auto opened = co_await store.open();
    if (!opened)
    {
        exit(opened.error().message());
        co_return;
    }
    in().count[counted::recovered_staged] += store.staging().size();
    listen();
    current().spawn(keep_membership());
    current().spawn(volume::sweep_for_ever(process_->here, *served()));
    current().spawn(store.survey());
}

// As volume/membership.cpp does it over a socket.
net::task<void> volume_machine::keep_membership()
{
    for (auto pause = back_off_min;; pause = std::min(2 * pause, back_off_max))
    {
        auto stream = net().dial(*this, master_);
        http::request_head head;
        head.method = "POST";
        head.target = "/-/join";
        stream.send(head_message(std::move(head)));
        co_await live(stream);
        if (served()->is_joined())
            pause = back_off_min;
        served()->joined(false);
        stream.close();
        co_await current().pause(pause / 2 + in().fate.below(pause));
    }
}

net::task<result<void>> volume_machine::live(endpoint& stream)
{
    auto& of = *served();
    for (bool has_confirmed = false;;)
    {
        co_await of.store().observe_space();
        stream.send(line_message(wire::print(volume::beat_of(of, {}, port))));
        const auto got = co_await stream.receive(silence_max);
        if (!got)
            co_return got.error();
        const auto answer = wire::parse_beat_answer(got->text);
        if (!answer)
            co_return answer.error();
        if (!answer->refusal.empty())
        {
            exit(answer->refusal);
            co_return errc::peer_refused;
        }
        const auto obeyed = co_await volume::obey_beat_answer(process_->here, of, *answer);
        if (!obeyed)
            co_return obeyed;
        if (answer->serve && !std::exchange(has_confirmed, true))
            continue;
        const auto interval = answer->serve ? beat_interval : beat_interval_joining;
        co_await current().pause(interval);
    }
}

}  // namespace smol::sim
