#pragma once

// The master between client and volume: the body goes from socket to socket, either way, and no
// more of it than one piece is ever here.

#include "master/context.hpp"
#include "master/put_plan.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

// Sends the body to the first volume that can be reached and gives the client its answer. All of it
// must outlive the await.
net::task<void> relay_put(
    net::exchange& one, const context& with, const std::string& key, const put_plan& plan);

// One replica to read from, and the target to ask it with.
struct replica_source
{
    std::shared_ptr<member> volume;
    std::string target;
};

// Gives the client the first good answer, with `extra` fields added. Volumes that fail before the
// head of their answer are passed over. All of it must outlive the await.
net::task<void> relay_get(net::exchange& one,
    const std::string& key,
    const std::vector<replica_source>& sources,
    const http::fields& extra);

}  // namespace smol::master
