#pragma once

// What must be durable before somebody is told: most of it is flushed for a whole group at once.
// Whoever asks while a flush runs shares the next one. Thread-safe; each caller resumes on its own
// loop.

#include "common/net/rounds.hpp"
#include "volume/disk.hpp"

#include <memory>
#include <string>
#include <vector>

namespace smol::volume {

class flusher
{
public:
    // `on` must outlive it.
    explicit flusher(disk& on);

    // What `content` (null: nothing) holds when it is called, and the names, new and removed ones,
    // that `directory` has then, are durable after success. Who shares a flush shares its failure.
    net::task<result<void>> flush(std::shared_ptr<file> content, std::string directory);

private:
    struct wish
    {
        std::shared_ptr<file> content;
        std::string directory;
    };

    static net::task<std::vector<error_code>> flush_all(disk& on, std::vector<wish> wishes);

    net::rounds<wish, error_code> rounds_;
};

}  // namespace smol::volume
