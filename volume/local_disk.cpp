#include "volume/local_disk.hpp"

#include "common/io/transfer.hpp"
#include "common/wire/description.hpp"

#include <algorithm>
#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t read_threads = 4;
constexpr std::size_t write_threads = 8;  // most of them wait for a flush, which the kernel merges
constexpr std::size_t window_bytes = 256 * KiB;
constexpr std::size_t text_bytes_max = 64 * KiB;

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

class local_file final : public file
{
public:
    local_file(io::unique_fd opened, net::pool& on) : file_(std::move(opened)), on_(on) {}

    // The last close of an unlinked file frees its blocks, which takes long for a large one.
    ~local_file() override
    {
        on_.submit([closing = std::make_shared<io::unique_fd>(std::move(file_))] {});
    }

    net::task<result<void>> write(
        net::piece one, std::uint64_t offset, value_digest& digest) override
    {
        auto work = [&] { return write_piece(file_.get(), one, offset, digest); };
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<void>> set_attribute(attribute one) override
    {
        auto work = [&] { return io::set_attribute(file_.get(), one.name, one.value); };
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<io::file_facts>> flush() override
    {
        auto work = [&]() -> result<io::file_facts> {
            const auto flushed = io::flush_all(file_.get());
            if (!flushed)
                return flushed.error();
            return io::facts_of(file_.get());
        };
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<std::size_t>> read(std::span<std::byte> into, std::uint64_t offset) override
    {
        auto work = [&] { return io::read_at(file_.get(), into, offset); };
        co_return co_await net::offload(on_, std::move(work));
    }

    net::task<result<std::uint64_t>> digest(
        xxh3_stream& digest, std::uint64_t offset, std::uint64_t length) override
    {
        auto work = [&] { return digest_range(file_.get(), offset, length, digest); };
        co_return co_await net::offload(on_, std::move(work));
    }

    int descriptor() const noexcept override { return file_.get(); }

private:
    io::unique_fd file_;
    net::pool& on_;
};

// Empty where the attribute is missing.
result<std::string> attribute_or_nothing(int file, const char* name)
{
    auto value = io::get_attribute(file, name);
    if (!value && value.error() == boost::system::errc::no_message_available)
        return std::string();
    return value;
}

result<std::string> read_whole(int file, std::uint64_t size)
{
    std::string bytes(static_cast<std::size_t>(size), '\0');
    const auto got = io::read_at(file, std::as_writable_bytes(std::span(bytes)), 0);
    if (!got)
        return got.error();
    bytes.resize(*got);
    return bytes;
}

result<io::unique_fd> create_with(
    int directory, const std::string& path, const std::vector<attribute>& attributes)
{
    auto created = io::create_file_at(directory, path);
    if (!created)
        return created;
    for (const auto& one : attributes)
    {
        const auto set = io::set_attribute(created->get(), one.name, one.value);
        if (!set)
            return set.error();
    }
    return created;
}

result<std::string> attribute_at(int directory, const std::string& path, const char* name)
{
    const auto opened = io::open_file_at(directory, path);
    if (!opened)
        return opened.error();
    return attribute_or_nothing(opened->get(), name);
}

struct raw_blob
{
    io::unique_fd content;
    io::file_facts facts;
    std::string key;
    std::string description;
    std::string bytes;
};

result<raw_blob> open_blob(int directory, const std::string& path, std::size_t bytes_max)
{
    auto content = io::open_file_at(directory, path);
    if (!content)
        return content.error();
    const auto facts = io::facts_of(content->get());
    if (!facts)
        return facts.error();
    if (!facts->regular)
        return errc::blob_damaged;
    auto key = attribute_or_nothing(content->get(), wire::key_attribute);
    if (!key)
        return key.error();
    auto description = attribute_or_nothing(content->get(), wire::blob_attribute);
    if (!description)
        return description.error();
    raw_blob all{std::move(*content), *facts, std::move(*key), std::move(*description), {}};
    if (facts->size > bytes_max)
        return all;
    auto bytes = read_whole(all.content.get(), facts->size);
    if (!bytes)
        return bytes.error();
    all.bytes = std::move(*bytes);
    return all;
}

result<void> flush_directory_at(int directory, const std::string& path)
{
    const auto opened = io::open_directory_at(directory, path);
    if (!opened)
        return opened.error();
    return io::flush_all(opened->get());
}

}  // namespace

local_disk::local_disk(io::unique_fd directory)
    : directory_(std::move(directory)), reads_(read_threads), writes_(write_threads)
{}

net::task<result<std::unique_ptr<file>>> local_disk::create(
    std::string path, std::vector<attribute> attributes)
{
    auto work = [&] { return create_with(directory_.get(), path, attributes); };
    auto created = co_await net::offload(writes_, std::move(work));
    if (!created)
        co_return created.error();
    std::unique_ptr<file> made = std::make_unique<local_file>(std::move(*created), writes_);
    co_return made;
}

net::task<result<opened_file>> local_disk::open(std::string path, std::size_t bytes_max)
{
    auto work = [&] { return open_blob(directory_.get(), path, bytes_max); };
    auto raw = co_await net::offload(reads_, std::move(work));
    if (!raw)
        co_return raw.error();
    opened_file opened;
    opened.content = std::make_unique<local_file>(std::move(raw->content), reads_);
    opened.facts = raw->facts;
    opened.key = std::move(raw->key);
    opened.description = std::move(raw->description);
    opened.bytes = std::move(raw->bytes);
    co_return opened;
}

net::task<result<std::string>> local_disk::read_attribute(std::string path, const char* name)
{
    auto work = [&] { return attribute_at(directory_.get(), path, name); };
    co_return co_await net::offload(reads_, std::move(work));
}

net::task<result<void>> local_disk::rename(std::string from, std::string to)
{
    auto work = [&] { return io::rename_at(directory_.get(), from, to); };
    co_return co_await net::offload(writes_, std::move(work));
}

net::task<result<void>> local_disk::unlink(std::string path)
{
    auto work = [&] { return io::unlink_at(directory_.get(), path); };
    co_return co_await net::offload(writes_, std::move(work));
}

net::task<result<void>> local_disk::make_directory(std::string path)
{
    auto work = [&] { return io::make_directory_at(directory_.get(), path); };
    co_return co_await net::offload(writes_, std::move(work));
}

net::task<result<void>> local_disk::flush_directory(std::string path)
{
    auto work = [&] { return flush_directory_at(directory_.get(), path); };
    co_return co_await net::offload(writes_, std::move(work));
}

net::task<result<std::vector<std::string>>> local_disk::list(std::string path)
{
    auto work = [&] { return io::list_directory(directory_.get(), path); };
    co_return co_await net::offload(reads_, std::move(work));
}

net::task<result<io::space>> local_disk::space()
{
    auto work = [&] { return io::space_of(directory_.get()); };
    co_return co_await net::offload(reads_, std::move(work));
}

net::task<result<std::string>> local_disk::read_text(std::string path)
{
    auto work = [&] { return io::read_file_at(directory_.get(), path, text_bytes_max); };
    co_return co_await net::offload(reads_, std::move(work));
}

net::task<result<void>> local_disk::replace_text(std::string path, std::string text)
{
    auto work = [&] { return io::replace_file_at(directory_.get(), path, text); };
    co_return co_await net::offload(writes_, std::move(work));
}

}  // namespace smol::volume
