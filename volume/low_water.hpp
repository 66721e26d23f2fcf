#pragma once

// Decides whether a volume has room for another value, before anything is damaged: below its
// low-water mark it takes no writes, while reads, removals and recovery go on. Pure but for its
// lock; thread-safe.

#include "common/base/result.hpp"
#include "common/io/file.hpp"

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace smol::volume {

inline constexpr std::uint64_t inodes_reserved = 1'000;

// Bytes that stay free when the operator names no --reserve.
std::uint64_t default_reserve(std::uint64_t capacity_bytes) noexcept;

class low_water
{
    struct books;

public:
    explicit low_water(std::optional<std::uint64_t> reserve_bytes);

    // Room held for a value that is arriving. Given back when it ends, and as the bytes are
    // written, since they count as used from then on.
    class promise
    {
    public:
        promise() = default;
        promise(promise&& other) noexcept = default;
        promise& operator=(promise&& other) noexcept;
        ~promise();
        void written(std::uint64_t bytes) noexcept;

    private:
        friend class low_water;
        promise(std::shared_ptr<books> of, std::uint64_t bytes) : of_(std::move(of)), bytes_(bytes)
        {}
        void give_back() noexcept;

        std::shared_ptr<books> of_;
        std::uint64_t bytes_ = 0;
    };

    void observe(const io::space& found);
    io::space last() const;

    // Only where there was so much room when it was last observed that it need not be observed
    // again: what has been admitted since then counts as used.
    std::optional<promise> admit_unasked(std::uint64_t bytes);

    // no_room if `bytes` more would go below the mark.
    result<promise> admit(std::uint64_t bytes);
    bool is_below() const;

private:
    std::shared_ptr<books> books_;
};

}  // namespace smol::volume
