#include "volume/local_disk.hpp"

#include "common/io/transfer.hpp"
#include "common/wire/description.hpp"
#include "volume/local_blob.hpp"
#include "volume/local_changes.hpp"
#include "volume/local_file.hpp"

#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t read_threads = 4;
constexpr std::size_t write_threads = 8;  // most of them wait for a flush, which the kernel merges
constexpr std::size_t text_bytes_max = 64 * KiB;

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

result<std::string> attribute_at(int directory, const std::string& path, const char* name)
{
    const auto opened = io::open_file_at(directory, path);
    if (!opened)
        return opened.error();
    return attribute_or_nothing(opened->get(), name);
}

result<void> flush_directory_at(int directory, const std::string& path)
{
    const auto opened = io::open_directory_at(directory, path);
    if (!opened)
        return opened.error();
    return io::flush_all(opened->get());
}

}  // namespace

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
    if (all.bytes.size() == facts->size)
        all.content = {};  // closed here, where it may take its time
    return all;
}

opened_file described_only(raw_blob raw)
{
    opened_file opened;
    opened.facts = raw.facts;
    opened.key = std::move(raw.key);
    opened.description = std::move(raw.description);
    return opened;
}

local_disk::local_disk(io::unique_fd directory)
    : directory_(std::move(directory)), reads_(read_threads), writes_(write_threads),
      group_(directory_.get(), writes_)
{}

net::task<result<std::unique_ptr<file>>> local_disk::create(
    std::string path, std::vector<attribute> attributes)
{
    auto work = [&] { return create_with(directory_.get(), path, attributes); };
    auto created = co_await net::offload(writes_, std::move(work));
    if (!created)
        co_return created.error();
    co_return make_local_file(std::move(*created), writes_, group_, 0);
}

net::task<result<made_file>> local_disk::make(new_file what)
{
    auto work = [&] { return make_file(directory_.get(), what); };
    auto raw = co_await net::offload(writes_, std::move(work));
    if (!raw)
        co_return raw.error();
    made_file made;
    made.present = std::move(raw->present);
    made.facts = raw->facts;
    if (!made.present)
        made.content = make_local_file(std::move(raw->content), writes_, group_, raw->facts.size);
    co_return made;
}

net::task<result<opened_file>> local_disk::open(std::string path, std::size_t bytes_max)
{
    auto work = [&] { return open_blob(directory_.get(), path, bytes_max); };
    auto raw = co_await net::offload(reads_, std::move(work));
    if (!raw)
        co_return raw.error();
    opened_file opened;
    if (raw->content)
        opened.content = make_local_file(std::move(raw->content), reads_);
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

net::task<result<moved_file>> local_disk::move(std::string from, std::string to)
{
    auto work = [&] { return move_file(directory_.get(), from, to); };
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

net::task<result<void>> local_disk::flush(flush_batch all)
{
    auto work = [&] { return group_.flush(work_of(all)); };
    const auto flushed = co_await net::offload(writes_, std::move(work));
    count_flushed(all);
    co_return flushed;
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
