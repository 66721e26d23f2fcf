#pragma once

// What the handlers of a volume server work with: its volumes and the world around them.

#include "common/net/clock.hpp"
#include "common/net/gate.hpp"
#include "volume/cluster_link.hpp"
#include "volume/commit_line.hpp"
#include "volume/peers.hpp"
#include "volume/publisher.hpp"
#include "volume/put_value.hpp"
#include "volume/served_volume.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace smol::volume {

// Thread-safe once the server has started. Outlives the loops' coroutines.
struct site
{
    net::clock& time;
    cluster_link& link;
    peers& others;
    net::gate& background;  // work that goes on after its answer; drained at the end
    md5_rule md5 = md5_rule::small;
    std::chrono::steady_clock::time_point started;
    std::vector<std::unique_ptr<served_volume>> volumes;
    std::uint64_t small_bytes_max = small_value_bytes_max;
    publisher words{others, time};
    commit_line commits{others};

    // Null if it is not ours.
    served_volume* find(std::string_view name) const
    {
        for (const auto& one : volumes)
        {
            if (one->name() == name)
                return one.get();
        }
        return nullptr;
    }
};

}  // namespace smol::volume
