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

    // Streams enlist themselves so that one sweep every 250 ms ends those past their deadline: moving a
    // deadline is a store, not a timer.
    void enlist(stream& one);
    void dismiss(stream& one);

    // When this loop last turned; feeds the watchdog. Any thread.
    std::chrono::steady_clock::time_point last_turn() const noexcept { return last_turn_.load(); }

private:
    friend class loops;
    task<void> sweep();

    asio::io_context context_{1};
    io::pipe_store pipes_;
    std::unique_ptr<connection_store> connections_;
    std::vector<stream*> streams_;
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

    void start();  // the threads begin
    // Ends the threads, then destroys what is still suspended: call it while everything that the
    // coroutines refer to is alive.
    void stop();

    // False if a loop has not turned for `limit`: the watchdog is not to be fed. Any thread.
    bool are_turning(std::chrono::milliseconds limit) const noexcept;

private:
    std::vector<std::unique_ptr<loop>> loops_;
    std::vector<std::thread> threads_;
    std::atomic<std::size_t> turn_{0};
};

// The loop whose thread this is; only on a loop's thread (asserted).
loop& this_loop() noexcept;

}  // namespace smol::net
