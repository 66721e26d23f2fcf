#pragma once

// The members of a JSON object, read with limits. Private to this room.

#include "common/base/bytes.hpp"

#include <boost/json/fwd.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace smol::wire {

namespace json = boost::json;

// How keys are written in messages.
std::string printed_key(std::string_view key);

// Whatever is missing or does not fit is remembered until `is_good` is asked. The value must
// outlive it.
class members
{
public:
    explicit members(const json::value& value);

    bool is_good() const { return object_ != nullptr && is_good_; }
    void require(bool condition) { is_good_ = is_good_ && condition; }

    bool has(std::string_view name) const { return member(name) != nullptr; }

    std::string text(std::string_view name);
    std::uint64_t number(
        std::string_view name, std::uint64_t most = std::numeric_limits<std::uint64_t>::max());
    bool truth(std::string_view name);
    std::string key(std::string_view name);     // percent-encoded as printed_key does it
    std::string volume(std::string_view name);  // a volume's name
    std::array<std::byte, 16> digest(std::string_view name);  // hexadecimal
    const json::array& array(std::string_view name);
    std::vector<std::string> texts(std::string_view name);

    template <typename Enum, std::size_t Count>
    Enum one_of(std::string_view name, const std::array<std::string_view, Count>& names)
    {
        return find_in<Enum>(text(name), names);
    }

    template <typename Enum, std::size_t Count>
    Enum find_in(std::string_view name, const std::array<std::string_view, Count>& names)
    {
        const auto found = std::find(names.begin(), names.end(), name);
        require(found != names.end());
        return found == names.end() ? Enum{} : static_cast<Enum>(found - names.begin());
    }

private:
    const json::value* member(std::string_view name) const;

    const json::object* object_;
    bool is_good_ = true;
};

}  // namespace smol::wire
