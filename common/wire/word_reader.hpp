#pragma once

// Reads our one-line texts: words with one blank between them, most of them "name=value". Whatever
// does not fit is remembered until `is_good` is asked, so that readers need no checks between.
// Pure.

#include "common/base/digest.hpp"
#include "common/base/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace smol::wire {

class word_reader
{
public:
    // `line` must outlive the reader and what it gives out.
    explicit word_reader(std::string_view line) : rest_(line), is_at_end_(line.empty()) {}

    // The next word; with a name, the value of the next word, which must have that name.
    std::string_view word();
    std::string_view value(std::string_view name);
    std::uint64_t number(std::string_view name);
    std::array<std::byte, 16> digest();
    std::array<std::byte, 16> digest(std::string_view name);

    // As above, but leaves a word of another name alone.
    std::optional<std::string_view> optional_value(std::string_view name);
    std::optional<std::uint64_t> optional_number(std::string_view name);
    std::optional<std::array<std::byte, 16>> optional_digest(std::string_view name);

    void require(bool condition) { is_good_ = is_good_ && condition; }
    bool is_at_end() const { return is_at_end_; }

    // Everything fitted, and nothing is left.
    bool is_good() const { return is_good_ && is_at_end_; }

private:
    bool has(std::string_view name) const;
    std::uint64_t read_number(std::string_view digits);
    std::array<std::byte, 16> read_digest(std::string_view digits);

    std::string_view rest_;
    bool is_at_end_;
    bool is_good_ = true;
};

// The first word of a text: format_newer for "v2" and above, format_damaged for all else but "v1".
result<void> check_version(std::string_view word);

// A number as we print it: decimal, without leading zeros.
std::optional<std::uint64_t> parse_printed_number(std::string_view digits);

}  // namespace smol::wire
