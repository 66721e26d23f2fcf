#pragma once

// What the changes of one batch write, before any of it is written: each change sees what those
// before it wrote, and a change that fails takes back its own. Not thread-safe.

#include "master/index.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace smol::master {

struct write_step
{
    enum class kind
    {
        put,
        remove,
        remove_range,
    };

    kind is = kind::put;
    family in = family::records;
    std::string key;    // of a range: its first
    std::string value;  // of a range: its end, exclusive
};

class write_set final : public change_view
{
public:
    // Reads what is in the index below.
    using reader = std::function<result<std::optional<std::string>>(family, std::string_view)>;

    explicit write_set(reader below) : below_(std::move(below)) {}

    result<std::optional<std::string>> get(family in, std::string_view key) override;
    void put(family in, std::string_view key, std::string_view value) override;
    void remove(family in, std::string_view key) override;
    void remove_range(family in, std::string_view from, std::string_view to) override;

    // Runs one change; after an error it is as if it had not run.
    result<void> run(const change& one);

    // In the order in which they were made.
    const std::vector<write_step>& steps() const noexcept { return steps_; }

private:
    using place = std::pair<family, std::string>;
    using content = std::optional<std::string>;  // nothing: removed

    void note(family in, std::string_view key, content what);
    void take_back(std::size_t steps_before);

    reader below_;
    std::vector<write_step> steps_;
    std::map<place, content> written_;
    std::vector<std::pair<place, std::optional<content>>> undo_;  // of the current change
};

}  // namespace smol::master
