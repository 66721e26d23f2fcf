#pragma once

// A value on its way into a volume. Part of blob_store, which makes it and does everything with it.

#include "common/wire/description.hpp"
#include "volume/disk.hpp"
#include "volume/low_water.hpp"
#include "volume/staging_table.hpp"
#include "volume/step_names.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace smol::volume {

// A value that is to be received.
struct stage_order
{
    std::string key;
    std::uint64_t generation = 0;
    staged_role role = staged_role::replica;
    std::optional<std::uint64_t> length;  // if it is known
    staging_table::instant ask_at{};      // when the master is first asked, if it comes to that
    std::uint64_t upload = 0;             // a number that no other upload has
};

// A value that is in memory as a whole before it is staged.
struct small_value
{
    wire::description about;
    std::shared_ptr<const std::string> bytes;
};

// A value that is being received. When it ends without discard() its entry waits for the master's
// word.
class staged_blob
{
public:
    file& content() noexcept { return *content_; }
    const step_names& steps() const noexcept { return *steps_; }
    std::uint64_t upload() const noexcept { return entry_.upload(); }

private:
    friend class blob_store;

    std::shared_ptr<file> content_;
    std::optional<io::file_facts> facts_;  // once it is described
    const step_names* steps_ = nullptr;
    std::uint64_t size_ = 0;
    std::optional<std::uint64_t> length_;  // as promised
    low_water::promise room_;
    staging_table::lease entry_;
};

}  // namespace smol::volume
