#include "volume/low_water.hpp"

#include "common/base/bytes.hpp"

#include <algorithm>
#include <utility>

namespace smol::volume {

namespace {

// Volumes are observed once a second, with each beat.
constexpr std::uint64_t plenty = 1 * GiB;
constexpr std::uint64_t unasked_max = 10'000;

}  // namespace

struct low_water::books
{
    mutable std::mutex mutex;
    std::optional<std::uint64_t> reserve;
    io::space space;
    std::uint64_t promised = 0;
    std::uint64_t admitted = 0;  // bytes and values, since `space` was observed
    std::uint64_t values = 0;

    // With `mutex` held.
    bool has_room(std::uint64_t bytes) const
    {
        const auto kept = reserve.value_or(default_reserve(space.capacity_bytes));
        if (space.free_inodes <= inodes_reserved || space.free_bytes <= kept)
            return false;
        const auto room = space.free_bytes - kept;
        return promised <= room && bytes <= room - promised;
    }

    bool has_plenty(std::uint64_t bytes) const
    {
        const bool is_recent = values < unasked_max;
        const bool has_inodes = space.free_inodes > inodes_reserved + 2 * unasked_max;
        return is_recent && has_inodes && bytes <= plenty && admitted <= plenty &&
               has_room(admitted + bytes + plenty);
    }
};

std::uint64_t default_reserve(std::uint64_t capacity_bytes) noexcept
{
    return std::clamp(capacity_bytes / 100, 16 * MiB, 1 * GiB);
}

low_water::low_water(std::optional<std::uint64_t> reserve_bytes) : books_(std::make_shared<books>())
{
    books_->reserve = reserve_bytes;
}

void low_water::observe(const io::space& found)
{
    const std::lock_guard hold(books_->mutex);
    books_->space = found;
    books_->admitted = 0;
    books_->values = 0;
}

io::space low_water::last() const
{
    const std::lock_guard hold(books_->mutex);
    return books_->space;
}

result<low_water::promise> low_water::admit(std::uint64_t bytes)
{
    const std::lock_guard hold(books_->mutex);
    if (!books_->has_room(bytes))
        return errc::no_room;
    books_->promised += bytes;
    books_->admitted += bytes;
    return promise(books_, bytes);
}

std::optional<low_water::promise> low_water::admit_unasked(std::uint64_t bytes)
{
    const std::lock_guard hold(books_->mutex);
    if (!books_->has_plenty(bytes))
        return std::nullopt;
    books_->promised += bytes;
    books_->admitted += bytes;
    ++books_->values;
    return promise(books_, bytes);
}

bool low_water::is_below() const
{
    const std::lock_guard hold(books_->mutex);
    return !books_->has_room(0);
}

low_water::promise& low_water::promise::operator=(promise&& other) noexcept
{
    std::swap(of_, other.of_);
    std::swap(bytes_, other.bytes_);
    return *this;
}

low_water::promise::~promise()
{
    give_back();
}

void low_water::promise::written(std::uint64_t bytes) noexcept
{
    if (!of_)
        return;
    const auto less = std::min(bytes, bytes_);
    const std::lock_guard hold(of_->mutex);
    of_->promised -= less;
    bytes_ -= less;
}

void low_water::promise::give_back() noexcept
{
    written(bytes_);
}

}  // namespace smol::volume
