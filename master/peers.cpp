#include "master/peers.hpp"

#include "master/redirect.hpp"

#include <utility>

namespace smol::master {

net::task<result<void>> http_peers::remove(std::string address, std::string key, std::string ticket)
{
    http::request_head head;
    head.method = "DELETE";
    head.target = ticketed_url({}, key, ticket);
    std::string no_body;
    const auto answer = co_await net::call(
        net::this_loop(), std::move(address), std::move(head), std::move(no_body));
    if (!answer)
        co_return answer.error();
    if (answer->head.status != 204)
        co_return errc::peer_refused;
    co_return result<void>();
}

}  // namespace smol::master
