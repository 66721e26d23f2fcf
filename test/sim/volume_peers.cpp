#include "test/sim/volume_peers.hpp"

#include "common/wire/signature.hpp"
#include "volume/put_order.hpp"

#include <utility>

namespace smol::sim {

namespace {

constexpr moment call_silence_max = 10 * second;
constexpr moment upload_silence_max = 600 * second;  // put_value bounds it

class simulated_upload final : public volume::upload
{
public:
    explicit simulated_upload(endpoint over) : over_(std::move(over)) {}

    net::task<result<void>> send(
        volume::file& from, std::uint64_t offset, std::uint64_t length) override
    {
        if (over_.has_arrived())
            co_return errc::peer_refused;
        std::string bytes(length, '\0');
        const auto got = co_await from.read(std::as_writable_bytes(std::span(bytes)), offset);
        if (!got)
            co_return got.error();
        bytes.resize(*got);
        over_.send(piece_message(std::move(bytes)));
        co_return result<void>();
    }

    net::task<result<wire::receipt>> finish(std::optional<md5_digest> md5) override
    {
        if (md5)
            over_.send(piece_message(std::string(as_text(*md5))));
        over_.send({});
        const auto got = co_await receive_answer(over_, upload_silence_max);
        if (!got)
            co_return got.error();
        if (got->status != 200)
            co_return errc::peer_refused;
        co_return wire::parse_receipt(got->body);
    }

    void abort() override { over_.close(); }

private:
    endpoint over_;
};

}  // namespace

net::task<result<std::unique_ptr<volume::upload>>> volume_peers::begin_upload(
    volume::upload_request request)
{
    auto head = volume::upload_head(request);
    auto over = of_.net().dial(of_, request.to.address);
    over.send(head_message(std::move(head)));
    std::unique_ptr<volume::upload> begun = std::make_unique<simulated_upload>(std::move(over));
    co_return begun;
}

net::task<result<std::string>> volume_peers::post(
    std::string address, std::string target, std::string body)
{
    outgoing what;
    what.head.method = "POST";
    what.head.target = std::move(target);
    what.head.body = http::framing::length;
    what.may_double = true;
    const wire::signed_call signed_one{what.head.method, what.head.target, body};
    const auto signature = wire::sign(signed_one, of_.time().unix_us(), link_.secret());
    what.head.headers.set(wire::signature_header, signature);
    what.pieces.push_back(std::move(body));
    auto got = co_await call(of_.net(), of_, std::move(address), std::move(what), call_silence_max);
    if (!got)
        co_return errc::peer_unreachable;
    if (got->status / 100 != 2)
        co_return errc::peer_refused;
    co_return std::move(got->body);
}

net::task<result<wire::commit_answers>> volume_peers::commit(wire::commit_requests request)
{
    auto body = wire::print(request);
    const auto answer = co_await post(master_, "/-/commit", std::move(body));
    if (!answer)
    {
        of_.in().count[counted::commits_repeated] += request.commits.size();
        co_return answer.error();
    }
    of_.in().note(of_.name(), "commit answered", *answer);
    auto parsed = wire::parse_commit_answers(*answer);
    if (!parsed)
        co_return parsed.error();
    auto& count = of_.in().count;
    count[counted::commits_joined] += request.commits.size() - 1;
    for (const auto& one : parsed->answers)
        count[counted::superseded] += one.outcome == wire::commit_outcome::superseded;
    co_return parsed;
}

net::task<result<wire::staged_answer>> volume_peers::ask_staged(wire::staged_query query)
{
    auto body = wire::print(query);
    const auto answer = co_await post(master_, "/-/staged", std::move(body));
    if (!answer)
        co_return answer.error();
    of_.in().note(of_.name(), "verdicts", *answer);
    auto parsed = wire::parse_staged_answer(*answer);
    if (!parsed)
        co_return parsed.error();
    auto& count = of_.in().count;
    for (const auto verdict : parsed->verdicts)
    {
        count[counted::staged_published] += verdict == wire::staged_verdict::publish;
        count[counted::staged_discarded] += verdict == wire::staged_verdict::discard;
        count[counted::staged_waiting] += verdict == wire::staged_verdict::wait;
    }
    co_return parsed;
}

net::task<result<void>> volume_peers::publish(std::string address, wire::publish_request request)
{
    auto body = wire::print(request);
    const auto answer = co_await post(std::move(address), "/-/publish", std::move(body));
    if (!answer)
        co_return answer.error();
    co_return result<void>();
}

}  // namespace smol::sim
