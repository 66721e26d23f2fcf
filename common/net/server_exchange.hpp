#pragma once

// The exchange of a session: see exchange.hpp for what its functions promise. Private to this room.

#include "common/net/exchange.hpp"
#include "common/net/message_body.hpp"
#include "common/net/response_marks.hpp"

#include <string>

namespace smol::net {

class session;
struct desk;

class server_exchange final : public exchange
{
public:
    // Of the request that lies on the desk.
    server_exchange(session& of, desk& on);

    const http::request_head& request() const override;
    const http::target& target() const override;
    std::string_view request_id() const override { return text_of(id_); }
    stream& connection() override { return connection_; }
    body_source& body() override { return body_; }
    task<result<std::string>> read_body(std::size_t bytes_max) override;
    workspace& space() override;
    void answer(http::response_head& head, std::string_view body) override;
    void answer_file(http::response_head& head, file_part body) override;
    void answer_refusal(error_code reason, std::string_view detail, std::string_view key) override;
    task<result<void>> respond(http::response_head head, std::string_view body) override;
    task<result<void>> refuse(
        error_code reason, std::string_view detail, std::string_view key) override;
    task<result<void>> respond_from(http::response_head head, body_source& source) override;
    task<result<void>> begin(http::response_head head) override;
    task<result<void>> write(std::string_view text) override;
    task<result<void>> end() override;
    task<result<void>> upgrade(std::string_view protocol) override;
    bool has_responded() const override { return progress_ != progress::none; }

    // For the session, after the handler. Answers wait to be sent: as much as goes without
    // waiting, and the rest.
    void send_now();
    bool has_unsent() const noexcept { return !unsent_.empty() || unsent_file_.length > 0; }
    task<result<void>> send_unsent();
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

    static error_code already_answered() noexcept;
    bool may_keep_connection() const noexcept;
    bool has_body(const http::response_head& head) const noexcept;
    void frame_open_ended(http::response_head& head) const noexcept;
    void print_head(http::response_head& head);
    more after_unsent() const noexcept;
    result<void> send_at_once();
    task<result<void>> send_head(http::response_head& head, more then);
    task<result<void>> relay(piece first, body_source& source);
    result<void> concluded(result<void> outcome);

    session& session_;
    stream& connection_;
    desk& desk_;
    const net::request_id id_;
    message_body body_;
    byte_view unsent_;  // of the desk's `out`
    file_part unsent_file_;
    progress progress_ = progress::none;
    bool keeps_ = false;
    bool upgraded_ = false;
    http::framing framing_ = http::framing::none;
    bool sends_body_ = true;
};

}  // namespace smol::net
