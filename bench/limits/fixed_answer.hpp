#pragma once

// An HTTP server that gives the same answer to everything: what a redirect costs without an index,
// a parser or an allocation. One epoll loop for each thread; connections are dealt out in turn.

#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace smol::limits {

class fixed_answer
{
public:
    // `answer`: the whole response, head and body.
    explicit fixed_answer(std::string answer);
    ~fixed_answer();
    fixed_answer(const fixed_answer&) = delete;
    fixed_answer& operator=(const fixed_answer&) = delete;

    // Serves until it is destroyed; the port it listens on, a free one for 0. Once.
    result<std::uint16_t> start(std::uint16_t port, std::uint64_t threads);

private:
    void accept_all(const std::stop_token& stop);

    std::string answer_;
    io::unique_fd listener_;
    std::vector<io::unique_fd> polls_;
    std::vector<std::jthread> threads_;
    std::jthread accepter_;
};

}  // namespace smol::limits
