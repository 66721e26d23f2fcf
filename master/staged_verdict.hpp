#pragma once

// What shall become of a staged blob: the answer to POST /-/staged. Pure.

#include "common/wire/messages.hpp"
#include "common/wire/record.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace smol::master {

struct staged_facts
{
    std::string_view volume;       // that asks
    std::uint64_t generation = 0;  // of the staged blob
    std::optional<wire::record> current;
    bool is_answered = false;  // a commit of this generation was
    std::uint64_t now = 0;
    std::uint64_t lifetime_us = 0;  // of a PUT's ticket
};

wire::staged_verdict judge_staged(const staged_facts& facts);

}  // namespace smol::master
