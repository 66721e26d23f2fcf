#include "test/fuzz/fuzz.hpp"

#include <algorithm>

namespace smol::fuzz {

std::string_view parts::take(std::size_t length)
{
    const auto taken = rest_.substr(0, length);
    rest_.remove_prefix(taken.size());
    return taken;
}

std::string_view parts::line()
{
    const auto taken = take(std::min(rest_.find('\n'), rest_.size()));
    take(1);
    return taken;
}

std::string_view parts::text()
{
    return take(byte());
}

std::uint8_t parts::byte()
{
    const auto taken = take(1);
    return taken.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(taken.front());
}

std::uint64_t parts::number()
{
    const auto bytes = take(byte() % 9U);
    std::uint64_t value = 0;
    for (auto at = bytes.size(); at > 0; --at)
        value = value << 8U | static_cast<std::uint8_t>(bytes[at - 1]);
    return value;
}

}  // namespace smol::fuzz
