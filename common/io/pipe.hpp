#pragma once

// A pipe for splice(2), non-blocking, and a small store of them: making one costs more than using
// it.

#include "common/base/result.hpp"
#include "common/io/unique_fd.hpp"

#include <cstddef>
#include <vector>

namespace smol::io {

class pipe
{
public:
    // Asks for 1 MiB and takes what the system allows (pipe-user-pages-soft; see pipe(7)).
    static result<pipe> create();

    int read_end() const noexcept { return read_.get(); }
    int write_end() const noexcept { return write_.get(); }
    std::size_t capacity() const noexcept { return capacity_; }
    bool is_empty() const noexcept;  // asks the system

private:
    unique_fd read_;
    unique_fd write_;
    std::size_t capacity_ = 0;
};

// Belongs to one event loop; not thread-safe. Keeps at most 16 pipes.
class pipe_store
{
public:
    result<pipe> take();
    // Only an empty pipe may come back: what is left in it would reach another request's file.
    void give_back(pipe empty);

private:
    std::vector<pipe> idle_;
};

}  // namespace smol::io
