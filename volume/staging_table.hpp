#pragma once

// What lies in a volume's staging directory, in memory: who is being received, and who waits for
// word from the master. Thread-safe; never held across an await.

#include "common/base/result.hpp"
#include "common/wire/messages.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace smol::volume {

enum class staged_state
{
    receiving,  // an upload is at work on it
    waiting,    // nobody is: the master is asked what shall become of it
};

// The part this volume has in a write.
enum class staged_role
{
    first,    // it received the value from the client, and alone may ask for the commit
    replica,  // it received it from the first
};

class staging_table
{
public:
    using instant = std::chrono::steady_clock::time_point;

    // The entry of an upload at work. When it ends, the entry, if it is still there, waits.
    class lease
    {
    public:
        lease() = default;
        lease(lease&& other) noexcept { swap(other); }
        lease& operator=(lease&& other) noexcept
        {
            swap(other);
            return *this;
        }
        ~lease();

        const std::string& name() const noexcept { return name_; }
        std::uint64_t generation() const noexcept { return generation_; }
        std::uint64_t upload() const noexcept { return upload_; }

    private:
        friend class staging_table;
        void swap(lease& other) noexcept;

        staging_table* of_ = nullptr;
        std::string name_;
        std::uint64_t generation_ = 0;
        std::uint64_t upload_ = 0;
    };

    // write_conflict: that generation of the name is there already. key_collision: the name is
    // taken by another key. `upload`: a number of its own. Once it waits, the master is first asked
    // at `ask_at`.
    result<lease> begin(std::string name,
        std::uint64_t generation,
        std::string_view key,
        staged_role role,
        std::uint64_t upload,
        instant ask_at);
    // What was found at the start; waits. Its upload is 0.
    result<void> enter(
        std::string name, std::uint64_t generation, std::string_view key, staged_role role);
    void remove(const std::string& name, std::uint64_t generation);

    // All of it is durable, and this process knows.
    void seal(const std::string& name, std::uint64_t generation);
    bool is_sealed(const std::string& name, std::uint64_t generation, std::string_view key) const;

    bool is(const std::string& name, std::uint64_t generation, staged_state state) const;
    // The generation is there, but another upload brought it.
    bool is_of_another(
        const std::string& name, std::uint64_t generation, std::uint64_t upload) const;
    std::size_t size() const;
    // Those of a key up to the one named, being received or waiting.
    std::vector<std::uint64_t> generations_up_to(
        const std::string& name, std::string_view key, std::uint64_t generation) const;

    // What to ask the master about: up to `entries_max` of those that wait and whose time has come;
    // each is next due after a pause that doubles up to a minute.
    std::vector<wire::staged_entry> due(instant now, std::size_t entries_max);
    // All that wait are due at once: the master is back.
    void ask_all_again();

private:
    struct entry
    {
        std::string key;
        staged_role role = staged_role::replica;
        staged_state is = staged_state::receiving;
        std::uint64_t upload = 0;
        instant ask_at{};
        std::chrono::milliseconds pause{0};
        bool sealed = false;
    };
    using place = std::pair<std::string, std::uint64_t>;  // blob name and generation

    result<void> add(place at, entry one);
    void settle(const place& at);

    mutable std::mutex mutex_;
    std::map<place, entry> entries_;
};

}  // namespace smol::volume
