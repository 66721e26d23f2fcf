#include "volume/http_peers.hpp"

#include "common/base/log.hpp"
#include "common/wire/signature.hpp"
#include "volume/put_order.hpp"

#include <utility>

namespace smol::volume {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t receipt_bytes_max = 4 * KiB;
constexpr net::client_timeouts call_timeouts{2s, 10s, 10s};
constexpr net::client_timeouts upload_timeouts{2s, 10min, 30s};  // put_value bounds the fsync

class http_upload final : public upload
{
public:
    http_upload(net::client_exchange exchange, const upload_request& of)
        : exchange_(std::move(exchange)), volume_(of.to.volume), bytes_(of.bytes)
    {
        if (of.md5_follows)
            md5_after_ = of.length;
    }

    net::task<result<void>> send(file& from, std::uint64_t offset, std::uint64_t length) override
    {
        // Who answers before the end refuses; finish() reads why.
        if (exchange_.has_answer())
            co_return co_await refusal();
        const auto then = md5_after_ == offset + length ? net::more::yes : net::more::no;
        auto sending = bytes_ ? exchange_.send(as_bytes(*bytes_).subspan(offset, length), then)
                              : exchange_.send_file(from.descriptor(), offset, length, then);
        const auto sent = co_await std::move(sending);
        if (!sent && exchange_.has_answer())
            co_return co_await refusal();
        co_return sent;
    }

    net::task<result<wire::receipt>> finish(std::optional<md5_digest> md5) override
    {
        const auto tail = md5 ? byte_view(*md5) : byte_view();
        const auto sent = co_await exchange_.send(tail);
        if (!sent)
            co_return sent.error();
        const auto ended = co_await exchange_.finish();
        if (!ended)
            co_return ended.error();
        const auto head = co_await exchange_.receive();
        if (!head)
            co_return head.error();
        const auto body = co_await exchange_.receive_text(receipt_bytes_max);
        if (!body)
            co_return body.error();
        if (head->status != 200)
            co_return refused(head->status, *body);
        co_return wire::parse_receipt(*body);
    }

    void abort() override { exchange_.connection().close(); }

private:
    net::task<result<void>> refusal()
    {
        const auto head = co_await exchange_.receive();
        if (!head)
            co_return head.error();
        const auto body = co_await exchange_.receive_text(receipt_bytes_max);
        co_return refused(head->status, body ? *body : std::string());
    }

    error_code refused(unsigned status, const std::string& body) const
    {
        log::warning("replica_refused", {{"volume", volume_}, {"status", status}, {"body", body}});
        return errc::peer_refused;
    }

    net::client_exchange exchange_;
    std::string volume_;
    std::shared_ptr<const std::string> bytes_;
    std::optional<std::uint64_t> md5_after_;  // so many bytes, at once
};

}  // namespace

http_peers::http_peers(std::string master, const cluster_link& link, net::clock& time)
    : master_(std::move(master)), link_(link), time_(time)
{}

net::task<result<std::unique_ptr<upload>>> http_peers::begin_upload(upload_request request)
{
    auto opened =
        co_await net::client_exchange::open(net::this_loop(), request.to.address, upload_timeouts);
    if (!opened)
        co_return opened.error();
    auto head = upload_head(request);
    const auto sent = co_await opened->send_head(std::move(head));
    if (!sent)
        co_return sent.error();
    std::unique_ptr<upload> begun = std::make_unique<http_upload>(std::move(*opened), request);
    co_return begun;
}

// A signed call; the body of its answer.
net::task<result<std::string>> http_peers::post(
    std::string address, std::string target, std::string body)
{
    http::request_head head;
    head.method = "POST";
    head.target = std::move(target);
    head.body = http::framing::length;
    head.content_length = body.size();
    const wire::signed_call call{head.method, head.target, body};
    auto signature = wire::sign(call, time_.unix_us(), link_.secret());
    head.headers.set(wire::signature_header, signature);
    const auto answer = co_await net::call(
        net::this_loop(), std::move(address), std::move(head), std::move(body), call_timeouts);
    if (!answer)
        co_return answer.error();
    if (answer->head.status / 100 != 2)
    {
        log::warning("call_refused", {{"status", answer->head.status}, {"body", answer->body}});
        co_return errc::peer_refused;
    }
    co_return answer->body;
}

net::task<result<wire::commit_answers>> http_peers::commit(wire::commit_requests request)
{
    auto body = wire::print(request);
    const auto answer = co_await post(master_, "/-/commit", std::move(body));
    if (!answer)
        co_return answer.error();
    co_return wire::parse_commit_answers(*answer);
}

net::task<result<wire::staged_answer>> http_peers::ask_staged(wire::staged_query query)
{
    auto body = wire::print(query);
    const auto answer = co_await post(master_, "/-/staged", std::move(body));
    if (!answer)
        co_return answer.error();
    co_return wire::parse_staged_answer(*answer);
}

net::task<result<void>> http_peers::publish(std::string address, wire::publish_request request)
{
    auto body = wire::print(request);
    const auto answer = co_await post(std::move(address), "/-/publish", std::move(body));
    if (!answer)
        co_return answer.error();
    co_return result<void>();
}

}  // namespace smol::volume
