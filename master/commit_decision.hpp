#pragma once

// Whether a staged value becomes the key's value: the heart of step S8, decided against the record
// as it is at that moment, inside the committer. No locks: whoever commits first wins. Pure.

#include "common/base/digest.hpp"
#include "common/base/result.hpp"
#include "common/wire/messages.hpp"
#include "common/wire/record.hpp"
#include "common/wire/ticket.hpp"
#include "master/deletions.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

// The answer that a generation was given, and to which bytes: a ticket used twice with other bytes
// must not be told that they are stored.
struct given_answer
{
    wire::commit_answer answer;
    xxh3_digest value{};

    friend bool operator==(const given_answer&, const given_answer&) = default;
};

struct commit_facts
{
    wire::ticket right;  // redeemed: genuine and for this key
    wire::receipt value;
    std::vector<std::string> volumes;  // that have it staged
    std::uint64_t now = 0;             // generation clock
    std::optional<wire::record> current;
    std::optional<given_answer> earlier;  // to this generation
};

struct commit_decision
{
    wire::commit_answer answer;
    std::optional<wire::record> write;  // the new record
    bool remember = false;              // the answer, for when it is asked again
    std::vector<doomed_blob> doomed;    // replicas of what it replaces
};

// Refusals: ticket_expired; ticket_invalid (not a PUT, another generation, volumes that the ticket
// does not name); body_too_large; too_few_volumes; write_conflict; precondition_failed.
commit_decision decide_commit(const commit_facts& facts);

// Value of an entry in family `commits`: "created <xxh3>", "replaced <xxh3>", "superseded <xxh3>",
// all with 32 hexadecimal digits, or "refused <reason>".
std::string print_answer(const given_answer& given);
// format_damaged.
result<given_answer> parse_answer(std::string_view text);

// Key of that entry: 16 hexadecimal digits, so that entries sort by generation.
std::string generation_entry(std::uint64_t generation);

}  // namespace smol::master
