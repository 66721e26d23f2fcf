#pragma once

// The disk seam in memory: files that know which of their bytes a power loss would spare, names
// that become durable in the order in which they changed, as with a journal, and faults wherever a
// test wants them. One thread.

#include "volume/disk.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace smol::test {

class memory_disk final : public volume::disk
{
public:
    // What is asked of the disk: "create", "write", "set_attribute", "flush", "rename", …
    using fault = std::function<error_code(std::string_view operation, const std::string& path)>;

    memory_disk();

    net::task<result<std::unique_ptr<volume::file>>> create(
        std::string path, std::vector<volume::attribute> attributes) override;
    net::task<result<volume::opened_file>> open(std::string path, std::size_t bytes_max) override;
    net::task<result<std::string>> read_attribute(std::string path, const char* name) override;
    net::task<result<void>> rename(std::string from, std::string to) override;
    net::task<result<void>> unlink(std::string path) override;
    net::task<result<void>> make_directory(std::string path) override;
    net::task<result<void>> flush_directory(std::string path) override;
    net::task<result<std::vector<std::string>>> list(std::string path) override;
    net::task<result<io::space>> space() override;
    net::task<result<std::string>> read_text(std::string path) override;
    net::task<result<void>> replace_text(std::string path, std::string text) override;

    // For tests.
    void fail(fault with) { fault_ = std::move(with); }
    void set_free(std::uint64_t bytes) { free_bytes_ = bytes; }
    // Everything that was not flushed is lost; files that are open go on with what nobody will see.
    void lose_power();
    std::vector<std::string> files() const;  // below any directory, sorted
    bool has(const std::string& path) const { return names_.contains(path); }
    void flip_bit(const std::string& path, std::size_t byte);

    struct content
    {
        std::uint64_t inode = 0;
        std::string bytes;
        std::map<std::string, std::string> attributes;
    };
    struct inode
    {
        content now;
        content durable;
    };

    // Yields to other coroutines, as a disk does, then says what goes wrong.
    net::task<error_code> visit(std::string_view operation, const std::string& path);
    // All names changed so far are durable.
    void keep_names() { durable_names_ = names_; }

private:
    using name_table = std::map<std::string, std::shared_ptr<inode>>;

    fault fault_;
    std::uint64_t free_bytes_ = 100 * GiB;
    std::uint64_t next_inode_ = 1;
    name_table names_;
    name_table durable_names_;
    std::set<std::string> directories_;
};

}  // namespace smol::test
