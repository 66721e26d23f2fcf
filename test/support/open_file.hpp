#pragma once

// A descriptor as the source of a response, on the calling thread.

#include "common/io/transfer.hpp"
#include "common/net/file_source.hpp"

#include <atomic>
#include <vector>

namespace smol::test {

class open_file final : public net::file_source
{
public:
    explicit open_file(int descriptor) : descriptor_(descriptor) {}

    int descriptor() const noexcept override { return descriptor_; }

    net::task<result<void>> fetch(std::uint64_t offset, std::uint64_t length) override
    {
        ++fetches;
        if (failure)
            co_return failure;
        std::vector<std::byte> bytes(length);
        const auto got = co_await read(bytes, offset);
        if (!got)
            co_return got.error();
        co_return result<void>();
    }

    net::task<result<std::size_t>> read(std::span<std::byte> into, std::uint64_t offset) override
    {
        co_return io::read_at(descriptor_, into, offset);
    }

    std::atomic<int> fetches{0};
    error_code failure;  // of the next fetch

private:
    int descriptor_;
};

}  // namespace smol::test
