#pragma once

// A file whose bytes go into a response. Its disk may be slow, and no loop waits for a disk.

#include "common/base/result.hpp"
#include "common/net/task.hpp"
#include "common/net/warm_beginning.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>

namespace smol::net {

class file_source
{
public:
    virtual ~file_source() = default;

    // For sendfile(2); -1 where there is none (the simulator).
    virtual int descriptor() const noexcept = 0;

    // Brings that range into the page cache, as far as the file has it.
    virtual task<result<void>> fetch(std::uint64_t offset, std::uint64_t length) = 0;

    // As much as the file has, up to all of `into`.
    virtual task<result<std::size_t>> read(std::span<std::byte> into, std::uint64_t offset) = 0;

    // For who sends it.
    warm_beginning& beginning() noexcept { return beginning_; }

private:
    warm_beginning beginning_;
};

// Whom a file belongs to that is sent.
class file_owner
{
public:
    virtual ~file_owner() = default;

    // Sending has ended before all was sent. The peer's fault, or the file's: blob_damaged if it is
    // shorter than was said, EIO. On the loop that sends.
    virtual void sending_failed(const error_code& why) const = 0;
};

// Bytes of a file that are to be sent.
struct file_part
{
    file_source* from = nullptr;  // kept by `owner`
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
    std::shared_ptr<const file_owner> owner;
};

}  // namespace smol::net
