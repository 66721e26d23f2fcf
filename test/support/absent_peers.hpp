#pragma once

// The peers seam where nobody answers; a test overrides the call that it is about.

#include "volume/peers.hpp"

namespace smol::test {

class absent_peers : public volume::peers
{
public:
    net::task<result<std::unique_ptr<volume::upload>>> begin_upload(volume::upload_request) override
    {
        co_return errc::peer_unreachable;
    }
    net::task<result<wire::commit_answers>> commit(wire::commit_requests) override
    {
        co_return errc::peer_unreachable;
    }
    net::task<result<wire::staged_answer>> ask_staged(wire::staged_query) override
    {
        co_return errc::peer_unreachable;
    }
    net::task<result<void>> publish(std::string, wire::publish_request) override
    {
        co_return errc::peer_unreachable;
    }
};

}  // namespace smol::test
