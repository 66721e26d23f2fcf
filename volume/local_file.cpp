#include "volume/local_file.hpp"

#include "common/io/transfer.hpp"

#include <algorithm>
#include <atomic>
#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t window_bytes = 256 * KiB;

std::byte* window_of_thread()
{
    thread_local const auto window = std::make_unique<std::byte[]>(window_bytes);
    return window.get();
}

// Reads from the page cache what was just written, and takes it into the digest.
template <typename Digest>
result<std::uint64_t> digest_range(
    int file, std::uint64_t offset, std::uint64_t length, Digest& into)
{
    std::byte* const window = window_of_thread();
    std::uint64_t done = 0;
    while (done < length)
    {
        const auto want =
            static_cast<std::size_t>(std::min<std::uint64_t>(window_bytes, length - done));
        const auto got = io::read_at(file, {window, want}, offset + done);
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        into.update({window, *got});
        done += *got;
    }
    return done;
}

result<void> write_piece(
    int file, const net::piece& one, std::uint64_t offset, value_digest& digest)
{
    if (one.pipe == nullptr)
    {
        digest.update(one.bytes);
        return io::write_all_at(file, one.bytes, offset);
    }
    const auto moved = io::splice_to_file(one.pipe->read_end(), file, offset, one.size);
    if (!moved)
        return moved;
    const auto hashed = digest_range(file, offset, one.size, digest);
    if (!hashed)
        return hashed.error();
    if (*hashed != one.size)
        return errc::blob_damaged;
    return {};
}

result<void> read_through(int file, std::uint64_t offset, std::uint64_t length)
{
    std::byte* const window = window_of_thread();
    while (length > 0)
    {
        const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(window_bytes, length));
        const auto got = io::read_at(file, {window, want}, offset);
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        offset += *got;
        length -= *got;
    }
    return {};
}

class local_file final : public file
{
public:
    local_file(io::unique_fd opened, net::pool& on, group_flush* books, std::uint64_t bytes)
        : file_(std::move(opened)), on_(on), books_(books)
    {
        wrote(bytes);
    }

    // The last close of an unlinked file frees its blocks, which takes long for a large one.
    ~local_file() override
    {
        count_flushed();
        auto closing = std::make_shared<io::unique_fd>(std::move(file_));
        auto close = [closing = std::move(closing)] {};
        if (is_small_)
            on_.submit_later(std::move(close));
        else
            on_.submit(std::move(close));
    }

    net::task<result<void>> write(
        net::piece one, std::uint64_t offset, value_digest& digest) override
    {
        auto work = [&] { return write_piece(file_.get(), one, offset, digest); };
        wrote(one.size);
        is_small_ = false;
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<io::file_facts>> set_attribute(attribute one) override
    {
        auto work = [&]() -> result<io::file_facts> {
            const auto set = io::set_attribute(file_.get(), one.name, one.value);
            if (!set)
                return set.error();
            return io::facts_of(file_.get());
        };
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<void>> flush() override
    {
        auto work = [&] { return io::flush_all(file_.get()); };
        const auto flushed = co_await net::offload(on_, std::move(work));
        count_flushed();
        co_return flushed;
    }

    net::task<result<std::size_t>> read(std::span<std::byte> into, std::uint64_t offset) override
    {
        auto work = [&] { return io::read_at(file_.get(), into, offset); };
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<void>> fetch(std::uint64_t offset, std::uint64_t length) override
    {
        auto work = [&] { return read_through(file_.get(), offset, length); };
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<std::uint64_t>> digest(
        xxh3_stream& digest, std::uint64_t offset, std::uint64_t length) override
    {
        auto work = [&] { return digest_range(file_.get(), offset, length, digest); };
        co_return co_await net::offload(on_, std::move(work));
    }

    int descriptor() const noexcept override { return file_.get(); }

    std::uint64_t unflushed() const noexcept { return unflushed_.load(); }
    void count_flushed() noexcept
    {
        const auto bytes = unflushed_.exchange(0);
        if (books_)
            books_->flushed(bytes);
    }

private:
    void wrote(std::uint64_t bytes) noexcept
    {
        unflushed_.fetch_add(bytes);
        if (books_)
            books_->wrote(bytes);
    }

    io::unique_fd file_;
    net::pool& on_;
    group_flush* books_;
    std::atomic<std::uint64_t> unflushed_{0};
    bool is_small_ = true;
};

}  // namespace

std::unique_ptr<file> make_local_file(io::unique_fd opened, net::pool& on)
{
    return std::make_unique<local_file>(std::move(opened), on, nullptr, 0);
}

std::unique_ptr<file> make_local_file(
    io::unique_fd opened, net::pool& on, group_flush& books, std::uint64_t bytes)
{
    return std::make_unique<local_file>(std::move(opened), on, &books, bytes);
}

flush_work work_of(const flush_batch& all)
{
    flush_work work;
    work.directories = all.directories;
    for (const auto& one : all.files)
    {
        work.files.push_back(one->descriptor());
        work.bytes += static_cast<const local_file&>(*one).unflushed();
    }
    return work;
}

void count_flushed(const flush_batch& all)
{
    for (const auto& one : all.files)
        static_cast<local_file&>(*one).count_flushed();
}

}  // namespace smol::volume
