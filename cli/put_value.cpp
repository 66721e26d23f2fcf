// Values to the store.

#include "cli/key_argument.hpp"
#include "cli/local_file.hpp"
#include "cli/transfer.hpp"
#include "common/base/bytes.hpp"
#include "common/wire/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

namespace smol::cli {

namespace {

constexpr std::uint64_t span_bytes = 4 * MiB;  // hashed, then sent
constexpr std::size_t stream_piece_bytes = 1 * MiB;
constexpr std::size_t answer_bytes_max = 64 * KiB;
constexpr int attempts_max = 4;
constexpr std::chrono::milliseconds pause{500};

// The volume flushes the value before it answers: a slow disk may take that long.
net::client_timeouts timeouts_for(std::optional<std::uint64_t> length)
{
    constexpr std::uint64_t slow_bytes_per_second = 10 * MiB;
    const std::chrono::seconds flush(length.value_or(6'000 * MiB) / slow_bytes_per_second);
    net::client_timeouts all;
    all.answer = std::chrono::seconds(60) + flush;
    return all;
}

struct upload
{
    std::string subject;  // the key, for messages
    std::string address;
    net::client_exchange exchange;
    xxh3_stream digest;
    std::uint64_t bytes = 0;
    error_code broken;  // sending failed; the peer may have said why before
};

failure unreadable(const std::string& path, const error_code& why)
{
    if (why == boost::system::errc::is_a_directory)
        return {
            exit_code::failed, path + ": is a directory. 'smol put -r' stores all that is in it."};
    if (why == boost::system::errc::invalid_argument)
        return {exit_code::failed,
            path + ": is not a regular file. Pipe what it gives into 'smol put - KEY'."};
    return local(path, "be read", why);
}

// Asks the master for a place and opens a request there. Length unknown: chunked.
net::task<outcome<upload>> open_upload(workbench& with,
    std::string key,
    std::optional<std::uint64_t> length,
    const put_headers& headers)
{
    const auto subject = shown(key);
    for (int attempt = 1;; ++attempt)
    {
        auto asked = with.door.locate_put(key, length, headers.conditions);
        auto place = co_await std::move(asked);
        if (!place)
            co_return place.error();
        auto opening =
            net::client_exchange::open(with.door.home(), place->address, timeouts_for(length));
        auto opened = co_await std::move(opening);
        if (!opened && attempt < attempts_max)
        {
            co_await with.time.wait(pause);
            continue;
        }
        if (!opened)
            co_return unreachable(subject, place->address);
        http::request_head head;
        head.method = "PUT";
        head.target = place->target;
        head.headers = headers.kept;
        head.body = length ? http::framing::length : http::framing::chunked;
        head.content_length = length.value_or(0);
        const auto sent = co_await opened->send_head(std::move(head));
        if (!sent)
            co_return interrupted(subject, place->address, sent.error());
        co_return upload{subject, place->address, std::move(*opened), xxh3_stream(), 0, {}};
    }
}

// Until everything is sent, sending fails, or the peer answers, which it does early only to refuse.
// An error is one of reading the file.
net::task<result<void>> feed_file(workbench& with, upload& to, const source_file& from)
{
    while (to.bytes < from.size && !to.broken && !to.exchange.has_answer())
    {
        const auto length = std::min(span_bytes, from.size - to.bytes);
        const auto hash = [&] { return hash_span(from.file.get(), to.bytes, length, to.digest); };
        auto hashing = net::offload(with.disk, hash);
        const auto hashed = co_await std::move(hashing);
        if (!hashed)
            co_return hashed;
        const auto sent = co_await to.exchange.send_file(from.file.get(), to.bytes, length);
        to.broken = sent ? error_code() : sent.error();
        to.bytes += length;
        with.meter.add_bytes(length);
    }
    co_return result<void>();
}

net::task<result<void>> feed_stream(workbench& with, upload& to, int descriptor)
{
    std::vector<std::byte> room(stream_piece_bytes);
    while (!to.broken && !to.exchange.has_answer())
    {
        const auto read = [&] { return read_some(descriptor, room); };
        auto reading = net::offload(with.disk, read);
        const auto got = co_await std::move(reading);
        if (!got)
            co_return got.error();
        if (*got == 0)
            break;
        const byte_view bytes(room.data(), *got);
        to.digest.update(bytes);
        const auto sent = co_await to.exchange.send(bytes);
        to.broken = sent ? error_code() : sent.error();
        to.bytes += *got;
        with.meter.add_bytes(*got);
    }
    co_return result<void>();
}

// What the volume says about the value it got.
net::task<outcome<stored_value>> conclude(upload& of)
{
    if (!of.broken && !of.exchange.has_answer())
    {
        const auto finished = co_await of.exchange.finish();
        of.broken = finished ? error_code() : finished.error();
    }
    auto answer = co_await of.exchange.receive();
    if (!answer)
        co_return failure{exit_code::temporary,
            fmt::format(
                "{}: {} did not say whether it has the value: it may be stored or not. 'smol stat' "
                "tells; if it is not, the same again may work.",
                of.subject,
                of.address)};
    const auto body = co_await of.exchange.receive_text(answer_bytes_max);
    const auto status = answer->status;
    if (status != 200 && status != 201)
        co_return refused(of.subject, status, body ? *body : std::string());
    const std::string etag(answer->headers.find("ETag").value_or(""));
    if (etag != wire::etag_of(of.digest.value()))
        co_return failure{exit_code::mismatch,
            fmt::format(
                "{}: what was stored is not what was read here: its digest is {}. The file may "
                "have changed while it was sent, or the network damaged it. Remove the key and "
                "send it again.",
                of.subject,
                etag.empty() ? "missing" : etag)};
    co_return stored_value{etag, of.bytes, status == 201};
}

}  // namespace

net::task<outcome<stored_value>> put_file(
    workbench& with, std::string key, std::string path, put_headers headers)
{
    const auto open = [&] { return open_source(path); };
    auto opening = net::offload(with.disk, open);
    auto file = co_await std::move(opening);
    if (!file)
        co_return unreadable(path, file.error());
    auto beginning = open_upload(with, std::move(key), file->size, headers);
    auto to = co_await std::move(beginning);
    if (!to)
        co_return to.error();
    auto feeding = feed_file(with, *to, *file);
    const auto fed = co_await std::move(feeding);
    if (!fed && fed.error() == errc::body_truncated)
        co_return failure{exit_code::failed,
            path + ": became shorter while it was sent; nothing was stored. Send it again when "
                   "nothing "
                   "writes to it."};
    if (!fed)
        co_return local(path, "be read", fed.error());
    auto concluding = conclude(*to);
    auto stored = co_await std::move(concluding);
    co_return stored;
}

net::task<outcome<stored_value>> put_stream(
    workbench& with, std::string key, int descriptor, put_headers headers)
{
    auto beginning = open_upload(with, std::move(key), std::nullopt, headers);
    auto to = co_await std::move(beginning);
    if (!to)
        co_return to.error();
    auto feeding = feed_stream(with, *to, descriptor);
    const auto fed = co_await std::move(feeding);
    if (!fed)
        co_return local("standard input", "be read", fed.error());
    auto concluding = conclude(*to);
    auto stored = co_await std::move(concluding);
    co_return stored;
}

net::task<bool> is_same(workbench& with, std::string key, std::string path)
{
    auto asked = with.door.locate_get(std::move(key));
    const auto place = co_await std::move(asked);
    if (!place)
        co_return false;
    const auto hash = [&]() -> result<xxh3_digest> {
        const auto file = open_source(path);
        if (!file)
            return file.error();
        xxh3_stream digest;
        const auto hashed = hash_span(file->file.get(), 0, file->size, digest);
        if (!hashed)
            return hashed.error();
        return digest.value();
    };
    auto hashing = net::offload(with.disk, hash);
    const auto digest = co_await std::move(hashing);
    co_return digest && place->etag == wire::etag_of(*digest);
}

}  // namespace smol::cli
