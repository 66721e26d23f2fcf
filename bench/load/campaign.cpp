#include "bench/load/campaign.hpp"

#include "bench/load/process_cpu.hpp"
#include "bench/load/url.hpp"
#include "bench/load/worker.hpp"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>
#include <thread>

namespace smol::load {

namespace {

using std::chrono::steady_clock;

constexpr auto start_delay = std::chrono::milliseconds(2);  // all threads are there by then

double seconds_of(std::chrono::nanoseconds passed)
{
    return std::chrono::duration<double>(passed).count();
}

// The workers, from phase to phase.
class crew
{
public:
    explicit crew(const campaign_plan& plan) : plan_(plan)
    {
        const auto front = parse_url(plan.url);
        origins servers;
        if (!front || !servers.find(front->authority, front->host, front->port))
            throw std::runtime_error(fmt::format("there is no server at {}", plan.url));
        const auto remembered =
            plan.remembers ? places(plan.script.first_key, plan.script.keys) : places();
        for (std::size_t i = 0; i < plan.threads; ++i)
            workers_.push_back(
                std::make_unique<worker>(plan.how, users_of(i), servers, remembered));
    }

    // Runs `script` on all of them; `meanwhile` on this thread.
    template <typename Meanwhile>
    tally run(const script_plan& script, const window& in, Meanwhile meanwhile)
    {
        shared_counters shared;
        std::vector<tally> parts(workers_.size());
        {
            std::vector<std::jthread> threads;
            for (std::size_t i = 0; i < workers_.size(); ++i)
                threads.emplace_back([&, i] {
                    const auto from =
                        make_script(script, {i, workers_.size(), users_of(i)}, shared);
                    auto mine = in;
                    mine.begin += in.interval / workers_.size() * i;
                    parts[i] = workers_[i]->run(*from, mine);
                });
            meanwhile();
        }
        tally all;
        for (const auto& part : parts)
            all.merge(part);
        return all;
    }

private:
    std::size_t users_of(std::size_t worker) const
    {
        return (plan_.connections + plan_.threads - 1 - worker) / plan_.threads;
    }

    const campaign_plan& plan_;
    std::vector<std::unique_ptr<worker>> workers_;
};

window unmeasured(const campaign_plan& plan)
{
    window all;
    all.begin = all.from = steady_clock::now() + start_delay;
    all.timeout = plan.timeout;
    return all;
}

void prepare(crew& all, const campaign_plan& plan, campaign_report& to)
{
    const auto began = steady_clock::now();
    auto script = plan.script;
    script.count = 0;
    script.overwrites = false;
    if (plan.fills)
    {
        script.what = workload::put;
        to.fill.merge(all.run(script, unmeasured(plan), [] {}));
    }
    if (plan.remembers)
    {
        script.what = workload::look_up;
        to.fill.merge(all.run(script, unmeasured(plan), [] {}));
    }
    to.fill_seconds = seconds_of(steady_clock::now() - began);
}

}  // namespace

campaign_report run_campaign(const campaign_plan& plan)
{
    campaign_report made;
    crew all(plan);
    prepare(all, plan, made);

    auto in = unmeasured(plan);
    const auto ends_by_count = plan.script.count > 0;
    if (!ends_by_count)
    {
        in.from = in.begin + plan.warmup;
        in.to = in.from + plan.duration;
    }
    if (plan.rate > 0)
        in.interval = std::chrono::nanoseconds(std::chrono::seconds(plan.threads)) / plan.rate;

    std::chrono::nanoseconds server{0};
    std::chrono::nanoseconds client{0};
    const auto note = [&](int sign) {
        server += sign * cpu_time_of(plan.servers);
        client += sign * own_cpu_time();
    };
    auto ended = in.to;
    made.counted = all.run(plan.script, in, [&] {
        std::this_thread::sleep_until(in.from);
        note(-1);
        if (ends_by_count)
            return;
        std::this_thread::sleep_until(in.to);
        note(1);
    });
    if (ends_by_count)
    {
        note(1);
        ended = steady_clock::now();
    }
    made.seconds = seconds_of(ended - in.from);
    made.server_cpu_seconds = seconds_of(server);
    made.client_cpu_seconds = seconds_of(client);
    return made;
}

}  // namespace smol::load
