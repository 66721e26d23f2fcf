#pragma once

// What holds for each of the 256 bytes, reckoned when the program is built. Pure.

#include <array>
#include <cstddef>
#include <type_traits>

namespace smol {

template <typename Function>
constexpr auto byte_table(Function of)
{
    std::array<std::invoke_result_t<Function, char>, 256> table{};
    for (int byte = 0; byte < 256; ++byte)
        table[static_cast<std::size_t>(byte)] = of(static_cast<char>(byte));
    return table;
}

}  // namespace smol
