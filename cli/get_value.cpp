// Values from the store.

#include "cli/key_argument.hpp"
#include "cli/transfer.hpp"
#include "common/base/bytes.hpp"
#include "common/base/parse.hpp"
#include "common/wire/record.hpp"

#include <fmt/format.h>

#include <optional>

namespace smol::cli {

namespace {

constexpr int rounds_max = 5;  // each tries every replica
constexpr std::chrono::milliseconds first_pause{250};
// A volume reads the whole value before it answers the first GET of it.
constexpr net::client_timeouts get_timeouts{.answer = std::chrono::seconds(60)};

// One value on its way, over several requests.
struct download
{
    std::string key;
    std::string subject;
    value_sink& into;
    std::string etag;          // of the value whose bytes `into` has; empty: not known yet
    bool is_expected = false;  // its length is in the meter
    bool is_over = false;      // no other replica and no repetition can help
};

failure overwritten(const download& of)
{
    return {exit_code::temporary,
        of.subject +
            ": was overwritten while it was read; what came before is of the old value. Read it "
            "again."};
}

// False, and all is over, if the sink cannot.
net::task<bool> restart(workbench& with, download& of)
{
    with.meter.take_back(of.into.position());
    of.etag.clear();
    const auto work = [&] { return of.into.restart(); };
    auto restarting = net::offload(with.disk, work);
    const auto restarted = co_await std::move(restarting);
    of.is_over = !restarted;
    co_return restarted;
}

// Writes the body of an answer to the sink.
net::task<outcome<void>> receive_body(
    workbench& with, download& of, net::client_exchange& from, const std::string& address)
{
    for (;;)
    {
        const auto piece = co_await from.body().next();
        if (!piece)
            co_return interrupted(of.subject, address, piece.error());
        if (piece->size == 0)
            co_return outcome<void>();
        const auto write = [&] { return of.into.take(*piece); };
        auto writing = net::offload(with.disk, write);
        const auto written = co_await std::move(writing);
        of.is_over = !written;
        if (of.is_over && written.error() == boost::system::errc::broken_pipe)
            co_return failure{exit_code::failed, {}};  // the reader has had enough: nothing to say
        if (of.is_over)
            co_return local(of.subject, "write what arrives", written.error());
        with.meter.add_bytes(piece->size);
    }
}

// "bytes 5-9/10" -> 5 … "bytes */10" -> 10: where the answer's bytes begin, or how long the value
// is.
std::optional<std::uint64_t> number_after(std::string_view text, char mark, char end)
{
    const auto begin = text.find(mark);
    if (begin == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(begin + 1);
    const auto value = parse_number(text.substr(0, text.find(end)));
    if (!value)
        return std::nullopt;
    return *value;
}

// What to do with an answer's head.
enum class next_step
{
    receive,   // its body goes on where the sink is
    complete,  // the sink has everything
    begin,     // the sink must begin again, then the body is right
    repeat,    // the sink must begin again, and so must the request
    refused,
};

next_step judge(const http::response_head& answer, std::uint64_t position)
{
    const auto range = answer.headers.find("Content-Range").value_or("");
    if (answer.status == 200)
        return position == 0 ? next_step::receive : next_step::begin;
    if (answer.status == 206)
        return number_after(range, ' ', '-') == position ? next_step::receive : next_step::repeat;
    if (answer.status == 416 && position > 0)
        return number_after(range, '/', ' ') == position ? next_step::complete : next_step::repeat;
    return next_step::refused;
}

http::request_head request_of(const download& of, const std::string& target)
{
    http::request_head head;
    head.method = "GET";
    head.target = target;
    if (of.into.position() > 0)
    {
        head.headers.add("Range", fmt::format("bytes={}-", of.into.position()));
        head.headers.add("If-Range", of.etag);
    }
    return head;
}

void expect_length(workbench& with, download& of, const http::response_head& answer)
{
    if (of.is_expected || answer.body != http::framing::length)
        return;
    of.is_expected = true;
    with.meter.expect(of.into.position() + answer.content_length, 0);
    with.meter.add_bytes(of.into.position());
}

// One request to one volume. On success the sink has as many bytes as the value.
net::task<outcome<void>> read_from(workbench& with, download& of, url place)
{
    auto opening = net::client_exchange::open(with.door.home(), place.address, get_timeouts);
    auto exchange = co_await std::move(opening);
    if (!exchange)
        co_return unreachable(of.subject, place.address);
    auto head = request_of(of, place.target);
    const auto sent = co_await exchange->send_head(std::move(head));
    if (!sent)
        co_return interrupted(of.subject, place.address, sent.error());
    const auto answer = co_await exchange->receive();
    if (!answer)
        co_return interrupted(of.subject, place.address, answer.error());

    const auto step = judge(*answer, of.into.position());
    if (step == next_step::complete)
        co_return outcome<void>();
    if (step == next_step::refused)
    {
        const auto body = co_await exchange->receive_text(64 * KiB);
        co_return refused(of.subject, answer->status, body ? *body : std::string());
    }
    if (step == next_step::begin || step == next_step::repeat)
    {
        auto restarting = restart(with, of);
        const auto restarted = co_await std::move(restarting);
        if (!restarted)
            co_return overwritten(of);
    }
    if (step == next_step::repeat)
        co_return failure{exit_code::temporary, of.subject + ": had to begin again"};
    of.etag = answer->headers.find("ETag").value_or(of.etag);
    expect_length(with, of, *answer);
    auto receiving = receive_body(with, of, *exchange, place.address);
    const auto received = co_await std::move(receiving);
    co_return received;
}

// After all bytes came: is it what was put?
net::task<outcome<void>> verify(workbench& with, download& of)
{
    const auto digest = wire::etag_of(of.into.digest());
    if (digest == of.etag)
        co_return outcome<void>();
    const failure damaged{exit_code::mismatch,
        fmt::format(
            "{}: what arrived is damaged: its digest is {}, not {}. Do not use it; read it again.",
            of.subject,
            digest,
            of.etag.empty() ? "the one of any value here" : of.etag)};
    auto restarting = restart(with, of);
    co_await std::move(restarting);
    co_return damaged;
}

// Every replica once; stops at the first that gives the value, and where another would not help.
net::task<outcome<void>> read_round(workbench& with, download& of)
{
    auto asked = with.door.locate_get(of.key);
    const auto found = co_await std::move(asked);
    if (!found)
        co_return found.error();
    const bool changed = !of.etag.empty() && of.etag != found->etag;
    if (changed && of.into.position() > 0)
    {
        auto restarting = restart(with, of);
        const auto restarted = co_await std::move(restarting);
        if (!restarted)
            co_return overwritten(of);
    }
    of.etag = found->etag;
    outcome<void> last = failure{exit_code::failed, of.subject + ": nobody has it"};
    for (const auto& place : found->replicas)
    {
        auto reading = read_from(with, of, place);
        last = co_await std::move(reading);
        if (last)
        {
            auto verifying = verify(with, of);
            last = co_await std::move(verifying);
        }
        if (last)
            co_return last;
        if (of.is_over)
            break;
    }
    co_return last;
}

bool is_worth_repeating(const failure& why)
{
    return why.code == exit_code::temporary || why.code == exit_code::mismatch;
}

}  // namespace

net::task<outcome<std::uint64_t>> get_value(workbench& with, std::string key, value_sink& into)
{
    download all{key, shown(key), into, {}, false, false};
    auto wait = first_pause;
    for (int round = 1;; ++round)
    {
        auto trying = read_round(with, all);
        const auto done = co_await std::move(trying);
        if (done)
            co_return into.position();
        const bool give_up = all.is_over || round == rounds_max;
        if (give_up || !is_worth_repeating(done.error()))
            co_return done.error();
        co_await with.time.wait(wait);
        wait *= 2;
    }
}

}  // namespace smol::cli
