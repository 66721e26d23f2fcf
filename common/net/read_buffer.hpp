#pragma once

// Bytes that a connection has given and nobody has consumed yet. Grows on demand, costs nothing
// while empty and released. Views stay valid until `room` or `release`, also of what was consumed.

#include "common/base/bytes.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace smol::net {

class read_buffer
{
public:
    bool is_empty() const noexcept { return begin_ == end_; }
    std::size_t size() const noexcept { return end_ - begin_; }
    std::size_t capacity() const noexcept { return capacity_; }
    std::string_view text() const noexcept { return as_text(bytes()); }
    byte_view bytes() const noexcept { return {memory_.get() + begin_, size()}; }
    std::span<std::byte> writable() noexcept { return {memory_.get() + begin_, size()}; }

    // Free space behind the bytes, at least so much.
    std::span<std::byte> room(std::size_t wanted)
    {
        if (capacity_ - end_ < wanted)
            make_room(wanted);
        return {memory_.get() + end_, capacity_ - end_};
    }
    void filled(std::size_t bytes) noexcept { end_ += bytes; }
    void consume(std::size_t bytes) noexcept { begin_ += bytes; }

    std::string take()
    {
        std::string all(text());
        release();
        return all;
    }
    void release() noexcept
    {
        memory_.reset();
        begin_ = end_ = capacity_ = 0;
    }

private:
    void make_room(std::size_t wanted)
    {
        const auto kept = size();
        if (capacity_ < kept + wanted)
        {
            auto larger = std::make_unique_for_overwrite<std::byte[]>(kept + wanted);
            std::ranges::copy(bytes(), larger.get());
            memory_ = std::move(larger);
            capacity_ = kept + wanted;
        }
        else if (kept > 0)
            std::memmove(memory_.get(), memory_.get() + begin_, kept);
        begin_ = 0;
        end_ = kept;
    }

    std::unique_ptr<std::byte[]> memory_;
    std::size_t capacity_ = 0;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

}  // namespace smol::net
