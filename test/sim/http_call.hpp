#pragma once

// HTTP over the simulated network: heads as values, bodies in pieces. Both sides.

#include "common/net/exchange.hpp"
#include "test/sim/network.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::sim {

struct answer
{
    unsigned status = 0;
    http::fields headers;
    std::string body;
};

struct outgoing
{
    http::request_head head;
    std::vector<std::string> pieces;
    std::optional<std::size_t> cut_before;  // the piece at which the caller goes away
    bool may_double = false;                // it may arrive a second time, much later
};

message head_message(http::request_head head);
message piece_message(std::string bytes);

// A whole request and its answer. peer_unreachable, request_timeout.
net::task<result<answer>> call(
    network& in, host& from, std::string address, outgoing what, moment limit);

// The answer to a request that was sent.
net::task<result<answer>> receive_answer(endpoint& from, moment limit);

// A request as a handler sees it.
class simulated_exchange final : public net::exchange
{
public:
    simulated_exchange(endpoint& over, const http::request_head& head, http::target target);

    const http::request_head& request() const override { return head_; }
    const http::target& target() const override { return target_; }
    std::string_view request_id() const override { return "simulated"; }
    net::stream& connection() override;
    net::body_source& body() override { return body_; }
    net::task<result<std::string>> read_body(std::size_t bytes_max) override;
    net::workspace& space() override { return space_; }
    void answer(http::response_head& head, std::string_view body) override;
    void answer_file(http::response_head& head, net::file_part body) override;
    void answer_refusal(error_code reason, std::string_view detail, std::string_view key) override;
    net::task<result<void>> respond(http::response_head head, std::string_view body) override;
    net::task<result<void>> refuse(
        error_code reason, std::string_view detail, std::string_view key) override;
    net::task<result<void>> respond_from(
        http::response_head head, net::body_source& source) override;
    net::task<result<void>> begin(http::response_head head) override;
    net::task<result<void>> write(std::string_view text) override;
    net::task<result<void>> end() override;
    net::task<result<void>> upgrade(std::string_view protocol) override;
    bool has_responded() const override { return has_responded_; }

    // For who serves it, after the handler: an answer from a file waits to be read and sent.
    net::task<void> send_unsent();

private:
    class arriving final : public net::body_source
    {
    public:
        arriving(endpoint& over, const http::request_head& head);
        std::optional<std::uint64_t> length() const override { return length_; }
        net::task<result<net::piece>> next() override;

    private:
        endpoint& over_;
        std::optional<std::uint64_t> length_;
        std::uint64_t received_ = 0;
        std::string piece_;
        bool has_ended_ = false;
    };

    void send(const http::response_head& head, std::string_view body);

    endpoint& over_;
    const http::request_head& head_;
    http::target target_;
    arriving body_;
    net::workspace space_;
    http::response_head unsent_head_;
    net::file_part unsent_;
    bool has_responded_ = false;
};

// One request of a connection: read, answered by `by`, closed.
net::task<void> serve(endpoint over, net::service& by);

}  // namespace smol::sim
