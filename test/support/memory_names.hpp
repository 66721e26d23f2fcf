#pragma once

// The names of a file system in memory, and what a power loss makes of them. A change of a name is
// durable once the directory it happened in is flushed, and with it the changes it builds on (of
// the same names, or the making of its directory): what a journal promises and no more. A rename
// happens in both directories or in none. One thread.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace smol::test {

struct memory_content
{
    std::string bytes;
    std::map<std::string, std::string> attributes;
};

struct memory_inode
{
    std::uint64_t number = 0;
    memory_content now;
    memory_content durable;
    bool is_lost = false;  // a flush failed: what was written before it never reaches the disk
};

std::string parent_of(const std::string& path);

class memory_names
{
public:
    using inode = std::shared_ptr<memory_inode>;
    using table = std::map<std::string, inode>;

    // Decides about each thing that was not flushed whether a power loss spares it.
    using fate = std::function<bool()>;

    memory_names() : directories_{"."}, durable_directories_{"."} {}

    inode find(const std::string& path) const;
    bool has_directory(const std::string& path) const { return directories_.contains(path); }
    const table& files() const { return files_; }
    const std::set<std::string>& directories() const { return directories_; }

    // The caller has seen to it that the names are there, or are free.
    void link(const std::string& path, inode of);
    void move(const std::string& from, const std::string& to);
    void unlink(const std::string& path);
    void make_directory(const std::string& path);

    void flush(const std::string& directory);
    void flush_all();
    void lose_power(const fate& spares);

private:
    enum class kind
    {
        link,
        move,
        unlink,
        make_directory,
    };
    struct change
    {
        kind is;
        std::string from;  // of a move
        std::string path;
        inode of;  // of a link
    };

    static void touch(const change& one, std::set<std::string>& paths);
    static bool touches(const change& one, const std::set<std::string>& paths);
    void keep(const change& one);

    table files_;
    table durable_files_;
    std::set<std::string> directories_;
    std::set<std::string> durable_directories_;
    std::vector<change> pending_;  // not durable, in order
};

// What is left of a file's bytes and attributes.
void lose_power(memory_inode& of, const memory_names::fate& spares);

}  // namespace smol::test
