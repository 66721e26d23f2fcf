#pragma once

// What the clients of one history wrote and saw, and what can be said against it. One thread.

#include "test/sim/register_checker.hpp"
#include "test/sim/world.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::sim {

struct written_value
{
    std::size_t key = 0;
    std::string bytes;
    std::string etag;
};

class ledger
{
public:
    ledger(world& in, std::size_t keys) : world_(in), operations_(keys) {}

    std::size_t keys() const { return operations_.size(); }
    static std::string key_name(std::size_t key) { return "key-" + std::to_string(key); }

    // A value nobody wrote before.
    value_id make_value(std::size_t key);
    const written_value& value(value_id id) const { return values_[id - 1]; }

    void add(std::size_t key, operation one) { operations_[key].push_back(one); }
    void saw_nothing(std::size_t key, moment since);
    // All that a GET of the key got.
    void saw(std::size_t key, moment since, std::string_view bytes, std::string_view etag);

    // The value that a client knows of, to refer to in a condition.
    std::optional<value_id> last_seen(std::size_t key) const;

    void accuse(std::string what);
    // Of everything; empty if nothing can be said.
    std::string verdict() const;

private:
    std::optional<value_id> identify(std::size_t key, std::string_view bytes) const;

    world& world_;
    std::vector<written_value> values_;
    std::vector<std::vector<operation>> operations_;
    std::string accusations_;
};

}  // namespace smol::sim
