#pragma once

// The peers seam over HTTP.

#include "common/net/client.hpp"
#include "common/net/clock.hpp"
#include "volume/cluster_link.hpp"
#include "volume/peers.hpp"

#include <string>

namespace smol::volume {

class http_peers final : public peers
{
public:
    // `master`: "host:port". `link` and `time` must outlive it.
    http_peers(std::string master, const cluster_link& link, net::clock& time);

    net::task<result<std::unique_ptr<upload>>> begin_upload(upload_request request) override;
    net::task<result<wire::commit_answers>> commit(wire::commit_requests request) override;
    net::task<result<wire::staged_answer>> ask_staged(wire::staged_query query) override;
    net::task<result<void>> publish(std::string address, wire::publish_request request) override;

private:
    net::task<result<std::string>> post(std::string address, std::string target, std::string body);

    std::string master_;
    const cluster_link& link_;
    net::clock& time_;
};

}  // namespace smol::volume
