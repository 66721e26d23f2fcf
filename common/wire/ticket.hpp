#pragma once

// A ticket: the signed, expiring right to do one thing to one key. It travels in the query of a
// URL, because clients drop Authorization when a redirect leads to another port. Pure.

#include "common/base/digest.hpp"
#include "common/base/hmac.hpp"
#include "common/base/result.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::wire {

enum class operation
{
    put,      // receive a value, feed the replicas, have it committed
    replica,  // receive a value for the volume that has the `put` ticket
    get,      // GET and HEAD of one generation, or of a later one
    remove,   // delete the blobs of a key up to one generation
};

// What must hold for a write when it is committed.
enum class precondition
{
    none,
    absent,        // policy: no overwriting. Else write_conflict (another one came first)
    absent_asked,  // If-None-Match: *. Else precondition_failed
    unchanged,     // the key's last event is still `based_on`. Else precondition_failed
};

struct place
{
    std::string volume;   // name
    std::string address;  // "host:port" at which the other processes reach it

    friend bool operator==(const place&, const place&) = default;
};

struct ticket
{
    operation op = operation::get;
    std::uint64_t generation = 0;
    std::vector<place> places;  // put: first the one who receives; else exactly one, who may act
    precondition holds = precondition::none;
    std::uint64_t based_on = 0;      // with `unchanged`
    std::uint64_t size_max = 0;      // of the value
    std::uint64_t replicas_min = 1;  // put: commit needs so many
    std::uint64_t expires = 0;       // on the master's generation clock, microseconds
    // get, and only there: of the committed value. Another use of the same put ticket may have left
    // other bytes of that generation staged.
    std::optional<xxh3_digest> value;

    friend bool operator==(const ticket&, const ticket&) = default;
};

// URL-safe text that binds the ticket to the key.
std::string issue(const ticket& right, std::string_view key, const hmac_key& secret);

struct value_version
{
    std::uint64_t generation = 0;
    xxh3_digest digest{};
    std::uint64_t expires = 0;  // of tickets to get it
};

// Tickets to get one value from each of its replicas, as `issue` makes them: what they share is
// printed once, and nothing is allocated where there is room. What it is made from must outlive it.
class get_tickets
{
public:
    get_tickets(std::string_view key, const value_version& of, const hmac_key& secret);

    void append_to(std::string& to, std::string_view volume, std::string_view address);

private:
    std::string_view key_;
    const hmac_key& secret_;
    fmt::memory_buffer payload_;
    std::size_t shared_ = 0;
};

// ticket_invalid: not what `issue` made with this secret for this key. ticket_expired: now >
// expires. The signature is compared in constant time, and before anything else is looked at.
result<ticket> redeem(
    std::string_view text, std::string_view key, const hmac_key& secret, std::uint64_t now);

}  // namespace smol::wire
