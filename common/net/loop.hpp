#pragma once

// Event loops: one io_context and one thread each, sharing nothing. A connection lives on one loop.

#include "common/io/pipe.hpp"
#include "common/net/task.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace smol::net {

class stream;
class connection_store;
class desk_store;

// What belongs to one loop and is used from its thread only, but for `post`.
class loop
{
public:
    loop();
    ~loop();
    loop(const loop&) = delete;

    asio::io_context& context() noexcept { return context_; }
    executor get_executor() noexcept { return context_.get_executor(); }
    io::pipe_store& pipes() noexcept { return pipes_; }
    connection_store& connections() noexcept { return *connections_; }
    desk_store& desks() noexcept { return *desks_; }

    // Streams enlist themselves so that one sweep every 250 ms ends those past their deadline:
    // moving a deadline is a store, not a timer.
    void enlist(stream& one);
    void dismiss(stream& one);

    // When this loop last turned; feeds the watchdog. Any thread.
    std::chrono::steady_clock::time_point last_turn() const noexcept { return last_turn_.load(); }

private:
    friend class loops;

    // Can destroy what is suspended in it before its own end.
    class event_context : public asio::io_context
    {
    public:
        event_context() : asio::io_context(1) {}
        void abandon() { shutdown(); }
    };

    void run();
    void wait_for_pools();
    void abandon();
    void end_late_streams(std::chrono::steady_clock::time_point now);
    task<void> sweep();

    // Destroyed in reverse: idle connections before what their destructors use.
    std::unique_ptr<desk_store> desks_;
    event_context context_;
    io::pipe_store pipes_;
    std::vector<stream*> streams_;
    std::unique_ptr<connection_store> connections_;
    std::atomic<std::chrono::steady_clock::time_point> last_turn_;
};

class loops
{
public:
    explicit loops(std::size_t count);  // 0: one for each core
    ~loops();                           // stops and joins

    std::size_t size() const noexcept { return loops_.size(); }
    loop& at(std::size_t index) noexcept { return *loops_[index]; }
    loop& next() noexcept;  // round robin, any thread

    void start();  // the threads begin; SIGPIPE is blocked in them
    // Ends the threads, waits for what coroutines have running on pools (offload), then destroys,
    // on the calling thread, what is still suspended. Call it, from none of the loops, while
    // everything that the coroutines refer to is alive, the pools too. Nothing runs afterwards.
    void stop();

    // False if a loop has not turned for `limit`: the watchdog is not to be fed. Any thread.
    bool are_turning(std::chrono::milliseconds limit) const noexcept;

private:
    std::vector<std::unique_ptr<loop>> loops_;
    std::vector<std::thread> threads_;
    std::atomic<std::size_t> turn_{0};
};

// The loop whose thread this is; only on a loop's thread (asserted). While loops::stop destroys
// what is suspended, the loop that it was suspended on.
loop& this_loop() noexcept;

}  // namespace smol::net
