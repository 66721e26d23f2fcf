#pragma once

// The peers seam in memory: volumes that run the real receiving side on disks of their own, and a
// master that does what the test says. One thread.

#include "volume/cluster_link.hpp"
#include "volume/peers.hpp"
#include "volume/put_value.hpp"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace smol::test {

class memory_peers final : public volume::peers
{
public:
    // What the master says to a commit and to a question about one staged blob.
    using on_commit = std::function<result<wire::commit_answer>(const wire::commit_request&)>;
    using on_staged = std::function<wire::staged_verdict(const wire::staged_entry&)>;

    explicit memory_peers(net::executor on) : on_(on) {}

    // `address` is unreachable until it has a volume. `with` must outlive the peers.
    void add(std::string address, const volume::put_context& with)
    {
        volumes_.insert_or_assign(std::move(address), &with);
    }
    void remove(const std::string& address) { volumes_.erase(address); }
    // It takes an upload, and then nothing happens any more.
    void stall(std::string address) { stalled_.push_back(std::move(address)); }

    // What follows a value arrives as another MD5.
    bool spoils_md5 = false;

    on_commit commits;
    on_staged verdicts;
    std::vector<wire::commit_request> asked;  // commits, in order
    std::vector<wire::staged_entry> asked_staged;

    net::task<result<std::unique_ptr<volume::upload>>> begin_upload(
        volume::upload_request request) override;
    net::task<result<wire::commit_answers>> commit(wire::commit_requests request) override;
    net::task<result<wire::staged_answer>> ask_staged(wire::staged_query query) override;
    net::task<result<void>> publish(std::string address, wire::publish_request request) override;

private:
    net::executor on_;
    std::map<std::string, const volume::put_context*> volumes_;
    std::vector<std::string> stalled_;
};

}  // namespace smol::test
