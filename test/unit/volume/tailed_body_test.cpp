#include "common/io/transfer.hpp"
#include "common/net/message_body.hpp"
#include "test/support/one_thread.hpp"
#include "test/support/print_result.hpp"
#include "volume/tailed_body.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace {

using namespace smol;
using namespace smol::test;

const std::string tail_text = "0123456789abcdef";

md5_digest tail_bytes()
{
    md5_digest bytes;
    const auto from = as_bytes(tail_text);
    std::copy(from.begin(), from.end(), bytes.begin());
    return bytes;
}

// Each piece in memory or in a pipe, as its turn says: bit 0 is the first one's.
class split_body final : public net::body_source
{
public:
    split_body(std::uint64_t promised, std::vector<std::string> pieces, unsigned in_pipes)
        : promised_(promised), pieces_(std::move(pieces)), in_pipes_(in_pipes)
    {}

    std::optional<std::uint64_t> length() const override { return promised_; }

    net::task<result<net::piece>> next() override
    {
        CHECK(pipe_.is_empty());  // as a real source needs it
        if (next_ == pieces_.size())
            co_return net::piece{};
        const auto& text = pieces_[next_];
        const bool is_in_pipe = ((in_pipes_ >> next_) & 1) != 0;
        ++next_;
        if (!is_in_pipe)
            co_return net::piece{as_bytes(text), nullptr, text.size()};
        io::write_pipe(pipe_.write_end(), as_bytes(text)).value();
        co_return net::piece{{}, &pipe_, text.size()};
    }

private:
    std::uint64_t promised_;
    std::vector<std::string> pieces_;
    unsigned in_pipes_;
    std::size_t next_ = 0;
    io::pipe pipe_ = io::pipe::create().value();
};

struct received
{
    std::string value;
    md5_digest md5;
};

net::task<result<received>> receive(net::body_source& whole)
{
    volume::tailed_body body(whole);
    received all;
    for (;;)
    {
        const auto next = co_await body.next();
        if (!next)
            co_return next.error();
        if (next->size == 0)
            break;
        net::append(all.value, *next).value();
    }
    CHECK(body.length() == all.value.size());
    all.md5 = body.md5();
    co_return all;
}

result<received> receive_from(split_body whole)
{
    manual_clock time;
    return one_thread(time).run(receive(whole));
}

// At those places, without empty pieces.
std::vector<std::string> cut(const std::string& text, std::vector<std::size_t> places)
{
    std::vector<std::string> pieces;
    places.push_back(text.size());
    std::size_t begin = 0;
    for (const auto end : places)
    {
        if (end > begin)
            pieces.push_back(text.substr(begin, end - begin));
        begin = end;
    }
    return pieces;
}

TEST_CASE("a value and its MD5 come apart wherever their bytes are split, in memory or in a pipe")
{
    const auto value = GENERATE(as<std::string>(), "", "v", "value");
    const auto in_pipes = GENERATE(range(0u, 8u));
    const auto whole = value + tail_text;
    for (std::size_t first = 0; first <= whole.size(); ++first)
    {
        for (std::size_t second = first; second <= whole.size(); ++second)
        {
            CAPTURE(value, in_pipes, first, second);
            const auto got =
                receive_from({whole.size(), cut(whole, {first, second}), in_pipes}).value();
            CHECK(got.value == value);
            CHECK(got.md5 == tail_bytes());
        }
    }
}

TEST_CASE("a value and its MD5 come apart byte for byte")
{
    const auto in_pipes = GENERATE(0u, ~0u, 0x55555555u);
    const auto whole = "value" + tail_text;
    std::vector<std::size_t> places;
    for (std::size_t i = 1; i < whole.size(); ++i)
        places.push_back(i);
    const auto got = receive_from({whole.size(), cut(whole, places), in_pipes}).value();
    CHECK(got.value == "value");
    CHECK(got.md5 == tail_bytes());
}

TEST_CASE("a body that ends early is truncated, also within the MD5")
{
    const auto in_pipes = GENERATE(0u, ~0u);
    const auto whole = "value" + tail_text;
    for (std::size_t kept = 0; kept < whole.size(); ++kept)
    {
        CAPTURE(in_pipes, kept);
        const auto pieces = cut(whole.substr(0, kept), {kept / 2});
        CHECK(receive_from({whole.size(), pieces, in_pipes}).error() == errc::body_truncated);
    }
}

TEST_CASE("bytes after the MD5 are refused")
{
    const auto in_pipes = GENERATE(0u, ~0u);
    const auto at = GENERATE(std::size_t{0}, std::size_t{5}, std::size_t{10}, std::size_t{21});
    const auto whole = "value" + tail_text;
    const auto pieces = cut(whole + "!", {at});
    CHECK(receive_from({whole.size(), pieces, in_pipes}).error() == errc::malformed_request);
}

}  // namespace
