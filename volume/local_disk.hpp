#pragma once

// The disk seam on a real file system. Each volume has threads of its own for calls that may block,
// so that a slow disk delays nobody else; reads have theirs, so that they never queue behind an
// fsync.

#include "common/io/unique_fd.hpp"
#include "common/net/offload.hpp"
#include "volume/disk.hpp"
#include "volume/group_flush.hpp"

#include <string>
#include <vector>

namespace smol::volume {

// Thread-safe. Files must end before the disk they came from.
class local_disk final : public disk
{
public:
    // `directory`: an open directory, the volume's.
    explicit local_disk(io::unique_fd directory);

    net::task<result<std::unique_ptr<file>>> create(
        std::string path, std::vector<attribute> attributes) override;
    net::task<result<made_file>> make(new_file what) override;
    net::task<result<opened_file>> open(std::string path, std::size_t bytes_max) override;
    net::task<result<std::string>> read_attribute(std::string path, const char* name) override;
    net::task<result<void>> rename(std::string from, std::string to) override;
    net::task<result<moved_file>> move(std::string from, std::string to) override;
    net::task<result<void>> unlink(std::string path) override;
    net::task<result<void>> make_directory(std::string path) override;
    net::task<result<void>> flush_directory(std::string path) override;
    net::task<result<void>> flush(flush_batch all) override;
    net::task<result<std::vector<std::string>>> list(std::string path) override;
    net::task<result<io::space>> space() override;
    net::task<result<std::string>> read_text(std::string path) override;
    net::task<result<void>> replace_text(std::string path, std::string text) override;

private:
    io::unique_fd directory_;
    net::pool reads_;
    net::pool writes_;
    group_flush group_;
};

}  // namespace smol::volume
