#pragma once

// The peers seam of a volume on the simulated network: what http_peers says over sockets.

#include "test/sim/http_call.hpp"
#include "test/sim/machine.hpp"
#include "volume/cluster_link.hpp"
#include "volume/peers.hpp"

#include <memory>
#include <string>

namespace smol::sim {

class volume_peers final : public volume::peers
{
public:
    volume_peers(machine& of, std::string master, const volume::cluster_link& link)
        : of_(of), master_(std::move(master)), link_(link)
    {}

    net::task<result<std::unique_ptr<volume::upload>>> begin_upload(
        volume::upload_request request) override;
    net::task<result<wire::commit_answers>> commit(wire::commit_requests request) override;
    net::task<result<wire::staged_answer>> ask_staged(wire::staged_query query) override;
    net::task<result<void>> publish(std::string address, wire::publish_request request) override;

private:
    net::task<result<std::string>> post(std::string address, std::string target, std::string body);

    machine& of_;
    std::string master_;
    const volume::cluster_link& link_;
};

}  // namespace smol::sim
