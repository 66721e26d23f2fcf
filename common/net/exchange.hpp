#pragma once

// One request and its response, as a handler sees it. The session around it reads the head before
// and drains or closes after: a handler may answer without having read the body. Lives on its
// connection's loop; a handler responds exactly once (a second response is not sent, and fails with
// operation_not_permitted).

#include "common/base/result.hpp"
#include "common/http/message.hpp"
#include "common/http/target.hpp"
#include "common/net/body.hpp"
#include "common/net/stream.hpp"
#include "common/net/task.hpp"
#include "common/net/workspace.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace smol::net {

class exchange
{
public:
    virtual ~exchange() = default;

    virtual const http::request_head& request() const = 0;
    virtual const http::target& target() const = 0;
    virtual std::string_view request_id() const = 0;
    virtual stream& connection() = 0;

    // The request's body. Its first next() sends "100 Continue" if the client waits for that. Each
    // piece must come within the deadlines of docs/HTTP_API.md.
    virtual body_source& body() = 0;

    // A small body, whole. body_too_large over `bytes_max`.
    virtual task<result<std::string>> read_body(std::size_t bytes_max) = 0;

    // Memory to make the answer in; its head is as good as a new one.
    virtual workspace& space() = 0;

    // A whole response that takes no waiting: sent as by respond(), once the handler has returned.
    // Changes what frames the message in `head`.
    virtual void answer(http::response_head& head, std::string_view body) = 0;

    // The same for a refusal. Uses `head` and `text` of the space.
    virtual void answer_refusal(
        error_code reason, std::string_view detail, std::string_view key) = 0;

    // As answer(), with bytes of a file, by sendfile; with HEAD only the head. Their owner is held
    // until they are sent, and told if they cannot be.
    virtual void answer_file(http::response_head& head, file_part body) = 0;

    // A response with a body in memory. Sets Content-Length (of `body`, or for HEAD and bodiless
    // answers as given in the head), Connection, Server, Smol-Request-Id. Errors: the client is
    // gone.
    virtual task<result<void>> respond(http::response_head head, std::string_view body) = 0;

    // A refusal with its JSON body. `detail` is for people; `key` is the key's bytes, may be empty.
    virtual task<result<void>> refuse(
        error_code reason, std::string_view detail, std::string_view key) = 0;

    // A response whose body comes from elsewhere (relay). Content-Length if the source knows it,
    // else chunked. The first piece is asked for before anything is sent: a source that fails at
    // once can still be refused. If it fails midway the connection is closed, so the client sees
    // an error.
    virtual task<result<void>> respond_from(http::response_head head, body_source& source) = 0;

    // A response made piece by piece, chunked (to HTTP/1.0: until close). After an error, or
    // without end(), the connection closes without the last chunk.
    virtual task<result<void>> begin(http::response_head head) = 0;
    virtual task<result<void>> write(std::string_view text) = 0;
    virtual task<result<void>> end() = 0;

    // 101: the connection belongs to the handler until it returns, then it closes.
    virtual task<result<void>> upgrade(std::string_view protocol) = 0;

    // True once a response has begun.
    virtual bool has_responded() const = 0;
};

// What a server does with requests. Called on the connection's loop, concurrently on several loops.
class service
{
public:
    virtual ~service() = default;

    // Answers (exchange::answer) what needs no waiting, without a coroutine. False: nothing was
    // done, call serve(). What it throws ends the connection.
    virtual bool serve_now(exchange&) { return false; }

    virtual task<void> serve(exchange& one) = 0;
};

}  // namespace smol::net
