#include "common/net/client.hpp"

#include <utility>

namespace smol::net {

namespace {

constexpr std::size_t idle_max = 64;  // of one address
constexpr std::chrono::seconds idle_limit{30};

}  // namespace

std::unique_ptr<stream> connection_store::take(const std::string& address)
{
    const auto found = idle_.find(address);
    if (found == idle_.end())
        return nullptr;
    auto& entries = found->second;
    while (!entries.empty())
    {
        auto connection = std::move(entries.back().connection);  // the latest: most likely good
        entries.pop_back();
        if (!connection->is_stale())
            return connection;
    }
    return nullptr;
}

void connection_store::give_back(const std::string& address, std::unique_ptr<stream> idle)
{
    if (closed_ || !idle->is_open())
        return;
    auto& entries = idle_[address];
    if (entries.size() >= idle_max)
        return;
    idle->never_expires();
    entries.push_back({std::move(idle), std::chrono::steady_clock::now()});
}

void connection_store::drop_old(std::chrono::steady_clock::time_point now)
{
    for (auto at = idle_.begin(); at != idle_.end();)
    {
        std::erase_if(at->second, [now](const entry& one) { return now - one.since > idle_limit; });
        at = at->second.empty() ? idle_.erase(at) : std::next(at);
    }
}

void connection_store::close()
{
    closed_ = true;
    idle_.clear();
}

}  // namespace smol::net
