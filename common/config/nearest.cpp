#include "common/config/nearest.hpp"

#include <algorithm>
#include <cstddef>

namespace smol::config {

namespace {

// Optimal string alignment distance.
std::size_t edits_between(std::string_view a, std::string_view b)
{
    std::vector<std::vector<std::size_t>> cost(
        a.size() + 1, std::vector<std::size_t>(b.size() + 1));
    for (std::size_t i = 0; i <= a.size(); ++i)
        cost[i][0] = i;
    for (std::size_t j = 0; j <= b.size(); ++j)
        cost[0][j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i)
        for (std::size_t j = 1; j <= b.size(); ++j)
        {
            const auto replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0U : 1U);
            cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped)
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
        }
    return cost[a.size()][b.size()];
}

}  // namespace

std::string nearest(std::string_view word, const std::vector<std::string>& known)
{
    constexpr std::size_t word_bytes_max = 64;  // the table is quadratic
    if (word.size() > word_bytes_max)
        return {};
    auto fewest = std::max<std::size_t>(1, word.size() / 3) + 1;
    std::string found;
    for (const auto& candidate : known)
    {
        const auto edits = edits_between(word, candidate);
        if (edits < fewest)
        {
            fewest = edits;
            found = candidate;
        }
    }
    return found;
}

}  // namespace smol::config
