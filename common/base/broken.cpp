#include "common/base/broken.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

namespace smol {

std::optional<breakage> parse_breakage(std::string_view name) noexcept
{
    static constexpr std::array<std::pair<std::string_view, breakage>, 9> names{{
        {"no_data_flush", breakage::no_data_flush},
        {"no_directory_flush", breakage::no_directory_flush},
        {"acknowledge_before_commit", breakage::acknowledge_before_commit},
        {"no_precondition_at_commit", breakage::no_precondition_at_commit},
        {"publish_over_newer", breakage::publish_over_newer},
        {"forget_deletions", breakage::forget_deletions},
        {"unsigned_ticket", breakage::unsigned_ticket},
        {"last_chunk_undigested", breakage::last_chunk_undigested},
        {"stale_blobs_at_hand", breakage::stale_blobs_at_hand},
    }};
    const auto is_named = [name](const auto& one) { return one.first == name; };
    const auto found = std::find_if(names.begin(), names.end(), is_named);
    if (found == names.end())
        return std::nullopt;
    return found->second;
}

#ifdef SMOL_FAILPOINTS
namespace {

std::optional<breakage> from_environment() noexcept
{
    const char* const name = std::getenv("SMOL_BROKEN");
    if (!name)
        return std::nullopt;
    const auto one = parse_breakage(name);
    if (!one)
        std::abort();
    return one;
}

std::optional<breakage>& chosen() noexcept
{
    static std::optional<breakage> one = from_environment();
    return one;
}

}  // namespace

bool is_broken(breakage asked) noexcept
{
    return chosen() == asked;
}

void break_on_purpose(std::optional<breakage> one) noexcept
{
    chosen() = one;
}
#endif

}  // namespace smol
