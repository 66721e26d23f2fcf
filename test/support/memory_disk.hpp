#pragma once

// The disk seam in memory: files that know which of their bytes a power loss would spare, names as
// memory_names has them, and time and faults wherever a test wants them. One thread.

#include "test/support/memory_names.hpp"
#include "volume/disk.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace smol::test {

class memory_disk final : public volume::disk
{
public:
    // What is asked of the disk: "create", "write", "set_attribute", "flush", "rename", …
    using fault = std::function<error_code(std::string_view operation, const std::string& path)>;

    // Instead of `fault`, and slower: awaited before what is asked happens, and after it.
    struct pace
    {
        std::function<net::task<error_code>(std::string_view operation, std::string path)> before;
        std::function<net::task<void>()> after;
    };

    net::task<result<std::unique_ptr<volume::file>>> create(
        std::string path, std::vector<volume::attribute> attributes) override;
    net::task<result<volume::made_file>> make(volume::new_file what) override;
    net::task<result<volume::opened_file>> open(std::string path, std::size_t bytes_max) override;
    net::task<result<std::string>> read_attribute(std::string path, const char* name) override;
    net::task<result<void>> rename(std::string from, std::string to) override;
    net::task<result<volume::moved_file>> move(std::string from, std::string to) override;
    net::task<result<void>> unlink(std::string path) override;
    net::task<result<void>> make_directory(std::string path) override;
    net::task<result<void>> flush_directory(std::string path) override;
    net::task<result<void>> flush(volume::flush_batch all) override;
    net::task<result<std::vector<std::string>>> list(std::string path) override;
    net::task<result<io::space>> space() override;
    net::task<result<std::string>> read_text(std::string path) override;
    net::task<result<void>> replace_text(std::string path, std::string text) override;

    // For tests.
    void fail(fault with) { fault_ = std::move(with); }
    void set_free(std::uint64_t bytes) { free_bytes_ = bytes; }
    void keep_pace(pace with) { pace_ = std::move(with); }
    // Files that are open go on with what nobody will see. Without `spares` everything that was not
    // flushed is lost.
    void lose_power(const memory_names::fate& spares = [] { return false; });
    std::vector<std::string> files() const;  // below any directory, sorted
    bool has(const std::string& path) const { return names_.find(path) != nullptr; }
    void flip_bit(const std::string& path, std::size_t byte);  // on the disk, and for ever
    const memory_names& names() const { return names_; }
    // All names changed so far are durable.
    void keep_names() { names_.flush_all(); }

    // Yields to other coroutines, as a disk does, then says what goes wrong.
    net::task<error_code> visit(std::string_view operation, const std::string& path);
    // What is asked has happened.
    net::task<void> leave();

private:
    fault fault_;
    pace pace_;
    std::uint64_t free_bytes_ = 100 * GiB;
    std::uint64_t next_inode_ = 1;
    memory_names names_;
};

}  // namespace smol::test
