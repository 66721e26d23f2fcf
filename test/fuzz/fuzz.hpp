#pragma once

// What the fuzz targets share. A target takes any bytes and holds the code under test to its
// properties: round trips, canonical forms, bounds, and the answer of a slow, plain reference.

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace smol::fuzz {

// A property does not hold for the input.
struct broken : std::logic_error
{
    using std::logic_error::logic_error;
};

inline void require(bool holds, const char* property)
{
    if (!holds) [[unlikely]]
        throw broken(property);
}

// Cuts an input into parts. When nothing is left, numbers are 0 and texts are empty.
class parts
{
public:
    explicit parts(std::string_view input) : rest_(input) {}

    bool is_empty() const { return rest_.empty(); }

    // Up to the next line feed, which is dropped.
    std::string_view line();
    // As many bytes as the byte before them says.
    std::string_view text();
    std::uint8_t byte();
    // Little-endian, of as many bytes (0 to 8) as the byte before them says: small numbers are
    // short.
    std::uint64_t number();
    std::string_view rest() const { return rest_; }

private:
    std::string_view take(std::size_t length);

    std::string_view rest_;
};

}  // namespace smol::fuzz
