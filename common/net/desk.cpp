#include "common/net/desk.hpp"

#include <utility>

namespace smol::net {

namespace {

constexpr std::size_t free_max = 64;  // of one loop
constexpr std::size_t kept_bytes_max = 32 * KiB;

void shrink(std::string& text) noexcept
{
    if (text.capacity() > kept_bytes_max)
        text = std::string();
    text.clear();
}

}  // namespace

void desk::clear() noexcept
{
    one.reset();
    refusal = {};
    if (in.capacity() > kept_bytes_max || !in.is_empty())
        in.release();
    shrink(out);
    shrink(space.value);
    shrink(space.text);
    space.clear();
}

std::unique_ptr<desk> desk_store::take()
{
    if (free_.empty())
        return std::make_unique<desk>();
    auto last = std::move(free_.back());
    free_.pop_back();
    return last;
}

void desk_store::give_back(std::unique_ptr<desk> used) noexcept
{
    used->clear();
    if (free_.capacity() == 0)
        free_.reserve(free_max);
    if (free_.size() < free_max)
        free_.push_back(std::move(used));
}

}  // namespace smol::net
