#include "test/support/memory_disk.hpp"

#include "common/wire/description.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace smol::test {

namespace {

error_code system_error(int number)
{
    return {number, boost::system::system_category()};
}

std::string attribute_of(const memory_content& of, const char* name)
{
    const auto found = of.attributes.find(name);
    return found == of.attributes.end() ? std::string() : found->second;
}

class memory_file final : public volume::file
{
public:
    memory_file(memory_disk& on, std::string path, memory_names::inode of)
        : disk_(on), path_(std::move(path)), inode_(std::move(of))
    {}

    net::task<result<void>> write(
        net::piece one, std::uint64_t offset, volume::value_digest& digest) override
    {
        const auto fault = co_await disk_.visit("write", path_);
        if (fault)
            co_return fault;
        auto& bytes = inode_->now.bytes;
        bytes.resize(std::max<std::size_t>(bytes.size(), offset + one.size));
        std::memcpy(bytes.data() + offset, one.bytes.data(), one.size);
        digest.update(one.bytes);
        co_await disk_.leave();
        co_return result<void>();
    }

    net::task<result<io::file_facts>> set_attribute(volume::attribute one) override
    {
        const auto fault = co_await disk_.visit("set_attribute", path_);
        if (fault)
            co_return fault;
        inode_->now.attributes[one.name] = one.value;
        co_await disk_.leave();
        co_return io::file_facts{inode_->now.bytes.size(), inode_->number, true};
    }

    net::task<result<void>> flush() override
    {
        const auto fault = co_await disk_.visit("flush", path_);
        inode_->is_lost = inode_->is_lost || fault;
        if (fault)
            co_return fault;
        if (!inode_->is_lost)
            inode_->durable = inode_->now;
        co_await disk_.leave();
        co_return result<void>();
    }

    net::task<result<std::size_t>> read(std::span<std::byte> into, std::uint64_t offset) override
    {
        const auto fault = co_await disk_.visit("read", path_);
        if (fault)
            co_return fault;
        const auto all = as_bytes(inode_->now.bytes);
        const auto from = all.subspan(std::min<std::size_t>(offset, all.size()));
        const auto size = std::min(from.size(), into.size());
        std::copy_n(from.begin(), size, into.begin());
        co_return size;
    }

    net::task<result<void>> fetch(std::uint64_t, std::uint64_t) override
    {
        co_return co_await disk_.visit("read", path_);
    }

    net::task<result<std::uint64_t>> digest(
        xxh3_stream& digest, std::uint64_t offset, std::uint64_t length) override
    {
        const auto fault = co_await disk_.visit("read", path_);
        if (fault)
            co_return fault;
        const auto all = as_bytes(inode_->now.bytes);
        const auto from = all.subspan(std::min<std::size_t>(offset, all.size()));
        const auto part = from.first(std::min<std::size_t>(length, from.size()));
        digest.update(part);
        co_return std::uint64_t{part.size()};
    }

    int descriptor() const noexcept override { return -1; }

private:
    memory_disk& disk_;
    std::string path_;
    memory_names::inode inode_;
};

}  // namespace

net::task<error_code> memory_disk::visit(std::string_view operation, const std::string& path)
{
    if (pace_.before)
        co_return co_await pace_.before(operation, path);
    const auto home = co_await asio::this_coro::executor;
    const asio::use_awaitable_t<net::executor> token;
    co_await asio::post(home, token);
    co_return fault_ ? fault_(operation, path) : error_code();
}

net::task<void> memory_disk::leave()
{
    if (pace_.after)
        co_await pace_.after();
}

net::task<result<std::unique_ptr<volume::file>>> memory_disk::create(
    std::string path, std::vector<volume::attribute> attributes)
{
    const auto fault = co_await visit("create", path);
    if (fault)
        co_return fault;
    if (!names_.has_directory(parent_of(path)))
        co_return system_error(ENOENT);
    if (has(path))
        co_return system_error(EEXIST);
    auto fresh = std::make_shared<memory_inode>();
    fresh->number = next_inode_++;
    for (const auto& one : attributes)
        fresh->now.attributes[one.name] = one.value;
    names_.link(path, fresh);
    std::unique_ptr<volume::file> made = std::make_unique<memory_file>(*this, path, fresh);
    co_await leave();
    co_return made;
}

// The visits of the real one, as one call, are the single effects here: time passes, and a power
// cut comes, between any two of them.
net::task<result<volume::made_file>> memory_disk::make(volume::new_file what)
{
    volume::made_file made;
    if (!what.unless.empty())
    {
        auto present = co_await open(what.unless, 0);
        if (present)
        {
            made.present = std::move(*present);
            co_return made;
        }
    }
    auto created = co_await create(what.path, what.marks);
    if (!created)
        co_return created.error();
    made.content = std::move(*created);
    if (!what.bytes)
        co_return made;
    volume::value_digest unused(volume::md5_rule::small, std::nullopt);
    const net::piece all{as_bytes(*what.bytes), nullptr, what.bytes->size()};
    const auto written = co_await made.content->write(all, 0, unused);
    if (!written)
        co_return written.error();
    const auto described = co_await made.content->set_attribute(*what.description);
    if (!described)
        co_return described.error();
    made.facts = *described;
    co_return made;
}

net::task<result<volume::opened_file>> memory_disk::open(std::string path, std::size_t bytes_max)
{
    const auto fault = co_await visit("open", path);
    if (fault)
        co_return fault;
    const auto found = names_.find(path);
    if (!found)
        co_return system_error(ENOENT);
    const auto& now = found->now;
    volume::opened_file opened;
    opened.facts = {now.bytes.size(), found->number, true};
    opened.key = attribute_of(now, wire::key_attribute);
    opened.description = attribute_of(now, wire::blob_attribute);
    if (now.bytes.size() <= bytes_max)
        opened.bytes = now.bytes;
    else
        opened.content = std::make_unique<memory_file>(*this, path, found);
    co_await leave();
    co_return opened;
}

net::task<result<std::string>> memory_disk::read_attribute(std::string path, const char* name)
{
    const auto fault = co_await visit("read_attribute", path);
    if (fault)
        co_return fault;
    const auto found = names_.find(path);
    if (!found)
        co_return system_error(ENOENT);
    co_return attribute_of(found->now, name);
}

net::task<result<void>> memory_disk::rename(std::string from, std::string to)
{
    const auto fault = co_await visit("rename", from);
    if (fault)
        co_return fault;
    if (!has(from) || !names_.has_directory(parent_of(to)))
        co_return system_error(ENOENT);
    names_.move(from, to);
    co_await leave();
    co_return result<void>();
}

net::task<result<volume::moved_file>> memory_disk::move(std::string from, std::string to)
{
    const auto home = parent_of(to);
    for (const auto& one : {parent_of(home), home})
    {
        if (names_.has_directory(one))
            continue;
        const auto made = co_await make_directory(one);
        if (!made)
            co_return made.error();
    }
    volume::moved_file moved;
    moved.present = co_await open(to, 0);
    if (moved.present || moved.present.error() != system_error(ENOENT))
        co_return moved;
    const auto renamed = co_await rename(std::move(from), std::move(to));
    if (!renamed)
        co_return renamed.error();
    moved.is_done = true;
    co_return moved;
}

net::task<result<void>> memory_disk::unlink(std::string path)
{
    const auto fault = co_await visit("unlink", path);
    if (fault)
        co_return fault;
    if (!has(path))
        co_return system_error(ENOENT);
    names_.unlink(path);
    co_await leave();
    co_return result<void>();
}

net::task<result<void>> memory_disk::make_directory(std::string path)
{
    const auto fault = co_await visit("make_directory", path);
    if (fault)
        co_return fault;
    if (!names_.has_directory(parent_of(path)))
        co_return system_error(ENOENT);
    names_.make_directory(path);
    co_await leave();
    co_return result<void>();
}

net::task<result<void>> memory_disk::flush_directory(std::string path)
{
    const auto fault = co_await visit("flush_directory", path);
    if (fault)
        co_return fault;
    if (!names_.has_directory(path))
        co_return system_error(ENOENT);
    names_.flush(path);
    co_await leave();
    co_return result<void>();
}

// All of it is tried: which of them an error spared is nobody's to know.
net::task<result<void>> memory_disk::flush(volume::flush_batch all)
{
    error_code failure;
    for (const auto& one : all.files)
    {
        const auto flushed = co_await one->flush();
        if (!flushed)
            failure = flushed.error();
    }
    for (const auto& one : all.directories)
    {
        if (!names_.has_directory(one))
            continue;
        const auto flushed = co_await flush_directory(one);
        if (!flushed)
            failure = flushed.error();
    }
    if (failure)
        co_return failure;
    co_return result<void>();
}

net::task<result<std::vector<std::string>>> memory_disk::list(std::string path)
{
    const auto fault = co_await visit("list", path);
    if (fault)
        co_return fault;
    std::vector<std::string> names;
    const auto take = [&](const std::string& child) {
        if (child != "." && parent_of(child) == path)
            names.push_back(child.substr(path == "." ? 0 : path.size() + 1));
    };
    for (const auto& [name, of] : names_.files())
        take(name);
    for (const auto& name : names_.directories())
        take(name);
    co_return names;
}

net::task<result<io::space>> memory_disk::space()
{
    co_return io::space{200 * GiB, free_bytes_, 1'000'000};
}

net::task<result<std::string>> memory_disk::read_text(std::string path)
{
    const auto found = names_.find(path);
    if (!found)
        co_return system_error(ENOENT);
    co_return found->now.bytes;
}

net::task<result<void>> memory_disk::replace_text(std::string path, std::string text)
{
    const auto fault = co_await visit("replace_text", path);
    if (fault)
        co_return fault;
    auto fresh = std::make_shared<memory_inode>();
    fresh->number = next_inode_++;
    fresh->now.bytes = std::move(text);
    fresh->durable = fresh->now;
    names_.link(path, std::move(fresh));
    names_.flush(parent_of(path));
    co_await leave();
    co_return result<void>();
}

void memory_disk::lose_power(const memory_names::fate& spares)
{
    names_.lose_power(spares);
}

std::vector<std::string> memory_disk::files() const
{
    std::vector<std::string> all;
    for (const auto& [name, of] : names_.files())
        all.push_back(name);
    return all;
}

void memory_disk::flip_bit(const std::string& path, std::size_t byte)
{
    const auto found = names_.find(path);
    for (auto* const bytes : {&found->now.bytes, &found->durable.bytes})
        if (byte < bytes->size())
            bytes->at(byte) = static_cast<char>(bytes->at(byte) ^ 1);
}

}  // namespace smol::test
