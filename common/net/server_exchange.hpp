#pragma once

// The exchange of a session: see exchange.hpp for what its functions promise. Private to this room.

#include "common/net/exchange.hpp"
#include "common/net/message_body.hpp"
#include "common/net/session.hpp"

#include <string>

namespace smol::net {

class server_exchange final : public exchange
{
public:
    server_exchange(session& of, http::request_head request, http::target target);

    const http::request_head& request() const override { return request_; }
    const http::target& target() const override { return target_; }
    std::string_view request_id() const override { return id_; }
    stream& connection() override { return connection_; }
    body_source& body() override { return body_; }
    task<result<std::string>> read_body(std::size_t bytes_max) override;
    task<result<void>> respond(http::response_head head, std::string_view body) override;
    task<result<void>> refuse(
        error_code reason, std::string_view detail, std::string_view key) override;
    task<result<void>> respond_file(http::response_head head,
        file_source& from,
        std::uint64_t offset,
        std::uint64_t length) override;
    task<result<void>> respond_from(http::response_head head, body_source& source) override;
    task<result<void>> begin(http::response_head head) override;
    task<result<void>> write(std::string_view text) override;
    task<result<void>> end() override;
    task<result<void>> upgrade(std::string_view protocol) override;
    bool has_responded() const override { return progress_ != progress::none; }

    // For the session, after the handler.
    bool is_complete() const noexcept { return progress_ == progress::complete; }
    bool is_upgraded() const noexcept { return upgraded_; }
    bool keeps_connection() const noexcept { return keeps_; }
    message_body& received() noexcept { return body_; }

private:
    enum class progress
    {
        none,
        begun,
        complete,
    };

    bool may_keep_connection() const noexcept;
    bool has_body(const http::response_head& head) const noexcept;
    void frame_open_ended(http::response_head& head) const noexcept;
    std::string print_head(http::response_head head);
    task<result<void>> relay(piece first, body_source& source);
    result<void> concluded(result<void> outcome);

    session& session_;
    stream& connection_;
    http::request_head request_;
    http::target target_;
    std::string id_;
    message_body body_;
    progress progress_ = progress::none;
    bool keeps_ = false;
    bool upgraded_ = false;
    http::framing framing_ = http::framing::none;
    bool sends_body_ = true;
};

}  // namespace smol::net
