#pragma once

// What one request needs while it is served: the bytes read ahead, its head, its exchange and its
// answer. A session takes a desk from its loop when bytes have come and gives it back when nothing
// more is there, so that only as many exist as there are requests at a time. Used from its loop's
// thread only. Private to this room.

#include "common/http/message.hpp"
#include "common/http/target.hpp"
#include "common/net/read_buffer.hpp"
#include "common/net/server_exchange.hpp"
#include "common/net/workspace.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace smol::net {

struct desk
{
    read_buffer in;
    http::request_head request;
    http::target target;
    error_code refusal;  // of a head that is no request, or of the connection
    workspace space;
    std::string out;                     // of the answer, what is printed and not sent
    std::optional<server_exchange> one;  // of all, the first to go

    // As if nobody had used it; keeps memory up to a bound.
    void clear() noexcept;
};

class desk_store
{
public:
    std::unique_ptr<desk> take();
    void give_back(std::unique_ptr<desk> used) noexcept;

private:
    std::vector<std::unique_ptr<desk>> free_;
};

}  // namespace smol::net
