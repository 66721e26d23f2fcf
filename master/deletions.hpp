#pragma once

// Pending deletions: blobs that no record names any more and that a volume has yet to remove.
// An entry of family `deletions`: "<volume>/<md5>.<generation, 16 hexadecimal digits>" -> the key's
// bytes. It goes only when the volume has confirmed. Pure but for the writes into a change.

#include "common/base/result.hpp"
#include "master/index.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

struct doomed_blob
{
    std::string volume;
    std::uint64_t generation = 0;

    friend bool operator==(const doomed_blob&, const doomed_blob&) = default;
};

std::string deletion_entry(const doomed_blob& blob, std::string_view key);

// All entries of a volume begin with this.
std::string deletions_of(std::string_view volume);

// What the key of an entry says; format_damaged.
result<doomed_blob> parse_deletion_entry(std::string_view entry_key);

void enter_deletions(
    change_view& into, const std::vector<doomed_blob>& blobs, std::string_view key);

}  // namespace smol::master
