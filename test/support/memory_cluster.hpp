#pragma once

// Three volumes in memory that know each other and a master that the test plays. One thread.

#include "test/support/memory_body.hpp"
#include "test/support/memory_disk.hpp"
#include "test/support/memory_peers.hpp"
#include "test/support/one_thread.hpp"
#include "volume/publisher.hpp"
#include "volume/put_value.hpp"
#include "volume/staging_sweep.hpp"

#include <array>
#include <memory>
#include <string>

namespace smol::test {

class memory_cluster
{
public:
    static constexpr std::array<const char*, 3> names{"vol-a", "vol-b", "vol-c"};

    struct member
    {
        member(memory_cluster& of, const char* name)
            : store(std::make_unique<volume::blob_store>(disk, name, volume::store_options{}))
        {
            with = std::make_unique<volume::put_context>(volume::put_context{
                *store, of.peers, of.commits, of.time, of.link, of.small_bytes_max});
        }
        memory_disk disk;
        std::unique_ptr<volume::blob_store> store;
        std::unique_ptr<volume::put_context> with;
    };

    // `small`: up to this length bodies are received before they are staged.
    explicit memory_cluster(std::uint64_t small = volume::small_value_bytes_max)
        : small_bytes_max(small)
    {
        wire::beat_answer heard;
        heard.secret = std::string(64, 'a');
        heard.clock = 1'000'000'000;
        link.accept(heard, time.steady()).value();
        for (std::size_t i = 0; i < names.size(); ++i)
        {
            members[i] = std::make_unique<member>(*this, names[i]);
            run(members[i]->store->open()).value();
            peers.add(names[i], *members[i]->with);
        }
        peers.commits = [](const wire::commit_request&) {
            return wire::commit_answer{wire::commit_outcome::created, {}};
        };
        peers.verdicts = [](const wire::staged_entry&) { return wire::staged_verdict::wait; };
    }

    template <typename T>
    T run(net::task<T> work)
    {
        return thread.run(std::move(work));
    }
    void run(net::task<void> work) { thread.run(ended(std::move(work))); }

    volume::put_order order(std::string key, std::uint64_t generation)
    {
        volume::put_order made;
        made.key = std::move(key);
        made.right.op = wire::operation::put;
        made.right.generation = generation;
        for (const auto* const name : names)
            made.right.places.push_back({name, name});
        made.right.size_max = 100 * MiB;
        made.right.replicas_min = 2;
        made.right.expires = 2'000'000'000'000;
        made.ticket = wire::issue(made.right, made.key, link.secret());
        return made;
    }

    auto put(const volume::put_order& asked, net::body_source& body)
    {
        auto answer = run(volume::put_value(*members[0]->with, asked, body));
        thread.settle();
        return answer;
    }

    void publish(volume::put_value_answer committed)
    {
        if (committed.outcome == wire::commit_outcome::superseded)
            return;
        const auto& about = committed.value;
        run(volume::publish_value(*members[0]->with, about, committed.holders.front().upload));
        volume::publisher words(peers, time);
        for (std::size_t i = 1; i < committed.holders.size(); ++i)
        {
            const auto& other = committed.holders[i];
            words.add(other.at, {about.key, about.generation, false, other.upload});
            run(words.tell(other.at));
        }
    }

    // Long enough that everything that waits is due, then one round on every volume.
    void sweep()
    {
        time.pass(std::chrono::minutes(2));
        for (std::size_t i = 0; i < names.size(); ++i)
        {
            run(volume::sweep_staging(*members[i]->store, peers, time, names[i])).value();
        }
    }

    // The process ends and starts again on what is on the disk.
    void restart(std::size_t which)
    {
        auto& one = *members[which];
        one.store =
            std::make_unique<volume::blob_store>(one.disk, names[which], volume::store_options{});
        one.with = std::make_unique<volume::put_context>(
            volume::put_context{*one.store, peers, commits, time, link, small_bytes_max});
        peers.add(names[which], *one.with);
        run(one.store->open()).value();
    }

    const std::uint64_t small_bytes_max;
    manual_clock time;
    one_thread thread{time};
    volume::cluster_link link{""};
    memory_peers peers{thread.get_executor()};
    volume::commit_line commits{peers};
    std::array<std::unique_ptr<member>, 3> members;

private:
    static net::task<int> ended(net::task<void> work)
    {
        co_await std::move(work);
        co_return 0;
    }
};

}  // namespace smol::test
