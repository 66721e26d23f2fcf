#pragma once

// "Did you mean …?". Pure.

#include <string>
#include <string_view>
#include <vector>

namespace smol::config {

// The one of `known` that takes the fewest edits (insert, delete, replace, swap neighbours) to
// become `word`; the first of several. Empty if none is within a third of the word's length, at
// least one.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace smol::config
