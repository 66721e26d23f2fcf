#pragma once

// A file without a name that answers send, and what its owner is told.

#include "common/io/unique_fd.hpp"
#include "test/support/open_file.hpp"

#include <atomic>
#include <memory>
#include <string_view>

namespace smol::test {

class lent_file final : public net::file_owner
{
public:
    explicit lent_file(std::string_view content);

    void sending_failed(const error_code& why) const override;

    // It leaves the page cache. False where it cannot, or where nobody can tell.
    bool evict();

    const io::unique_fd descriptor;
    const std::uint64_t size;
    mutable open_file source;
    mutable error_code failure;  // of the last that could not be sent; written before `failures`
    mutable std::atomic<int> failures{0};
};

// Of all of it, and `missing` bytes more.
net::file_part part_of(const std::shared_ptr<const lent_file>& one, std::uint64_t missing = 0);

}  // namespace smol::test
