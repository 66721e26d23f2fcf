#pragma once

// The peers seam: calls to the other processes of the cluster. Every call has a deadline of its
// own. Errors: peer_unreachable, peer_refused (it answered, and said no), format_damaged.

#include "common/http/stored_headers.hpp"
#include "common/net/task.hpp"
#include "common/wire/messages.hpp"
#include "common/wire/ticket.hpp"
#include "volume/disk.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace smol::volume {

// A PUT of one value to another volume.
struct upload_request
{
    wire::place to;
    std::string key;
    std::string ticket;
    std::optional<std::uint64_t> length;  // of the value
    http::stored_headers headers;
    std::optional<md5_digest> content_md5;
    bool md5_follows = false;                  // finish() will have it; only with a known length
    std::shared_ptr<const std::string> bytes;  // all of it, if it is in memory
};

// Such a PUT under way. Destroyed before finish() has answered, it breaks off, and the peer
// discards what it has.
class upload
{
public:
    virtual ~upload() = default;

    // `length` bytes from `offset`, which lie in the file already.
    virtual net::task<result<void>> send(
        file& from, std::uint64_t offset, std::uint64_t length) = 0;
    // That was all: the peer makes it durable and answers. `md5`: of the value, if the request said
    // that it follows.
    virtual net::task<result<wire::receipt>> finish(std::optional<md5_digest> md5) = 0;
    // A send or finish that is under way ends with an error.
    virtual void abort() = 0;
};

// Thread-safe; each call belongs to the loop that makes it.
class peers
{
public:
    virtual ~peers() = default;

    virtual net::task<result<std::unique_ptr<upload>>> begin_upload(upload_request request) = 0;

    // To the master.
    virtual net::task<result<wire::commit_answers>> commit(wire::commit_requests request) = 0;
    virtual net::task<result<wire::staged_answer>> ask_staged(wire::staged_query query) = 0;

    // To another volume.
    virtual net::task<result<void>> publish(std::string address, wire::publish_request request) = 0;
};

}  // namespace smol::volume
