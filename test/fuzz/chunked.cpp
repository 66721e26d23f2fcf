// The chunked coding: pieces do not matter, and the result is that of a plain decoder that sees
// everything at once.

#include "common/http/chunked.hpp"

#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace smol::fuzz {
namespace {

struct decoded
{
    std::string data;
    std::size_t consumed = 0;
    bool finished = false;
    bool refused = false;

    friend bool operator==(const decoded&, const decoded&) = default;
};

// In pieces of at most `most` bytes.
decoded decode(std::string_view input, std::size_t most)
{
    http::chunked_decoder decoder;
    decoded all;
    while (all.consumed < input.size() && !all.finished)
    {
        const auto piece = input.substr(all.consumed, most);
        const auto step = decoder.next(as_bytes(piece));
        if (!step)
        {
            all.refused = true;
            all.consumed = 0;
            return all;
        }
        require(step->consumed > 0 && step->consumed <= piece.size(), "a step goes on");
        require(step->data.size() <= step->consumed, "data lies within what is consumed");
        all.data += as_text(step->data);
        all.consumed += step->consumed;
        all.finished = step->finished;
    }
    return all;
}

std::optional<std::uint64_t> plain_size(std::string_view digits)
{
    if (digits.empty() || digits.size() > 16)
        return std::nullopt;
    std::uint64_t size = 0;
    for (const char c : digits)
    {
        const auto place = std::string_view("0123456789abcdefABCDEF").find(c);
        if (c == '\0' || place == std::string_view::npos)
            return std::nullopt;
        size = size * 16 + (place < 16 ? place : place - 6);
    }
    return size;
}

bool is_plain_text(std::string_view line)
{
    return std::all_of(line.begin(), line.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 32 && byte != 127) || c == '\t';
    });
}

bool is_plain_trailer(std::string_view line)
{
    const auto colon = line.find(':');
    if (colon == 0 || colon == line.npos || !is_plain_text(line))
        return false;
    return std::all_of(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(colon), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

// A whole body or nothing. The contents of trailers that frame or route are not looked at.
std::optional<decoded> decode_plainly(std::string_view input)
{
    decoded all;
    std::size_t extensions = 0;
    const auto line = [&]() -> std::optional<std::string_view> {
        const auto end = input.find("\r\n", all.consumed);
        if (end == input.npos)
            return std::nullopt;
        const auto found = input.substr(all.consumed, end - all.consumed);
        all.consumed = end + 2;
        return found;
    };
    for (;;)
    {
        const auto head = line();
        if (!head)
            return std::nullopt;
        const auto digits = head->substr(0, head->find(';'));
        const auto size = plain_size(digits);
        const auto extension = head->substr(digits.size());
        extensions += extension.size();
        if (!size || !is_plain_text(extension) || extension.size() > 256 || extensions > 4096)
            return std::nullopt;
        if (*size == 0)
            break;
        if (*size > input.size() - all.consumed)
            return std::nullopt;
        all.data += input.substr(all.consumed, *size);
        all.consumed += *size;
        if (input.substr(all.consumed, 2) != "\r\n")
            return std::nullopt;
        all.consumed += 2;
    }
    const auto trailers = all.consumed;
    for (auto field = line(); !field || !field->empty(); field = line())
        if (!field || !is_plain_trailer(*field))
            return std::nullopt;
    all.finished = all.consumed - trailers <= 4096;
    return all.finished ? std::optional(all) : std::nullopt;
}

}  // namespace

void chunked(std::string_view input)
{
    const auto whole = decode(input, input.size());
    require(decode(input, 1) == whole, "byte by byte the same");
    require(decode(input, 1 + input.size() / 2) == whole, "in two pieces the same");
    const auto plain = decode_plainly(input);
    if (whole.finished)
        require(plain && *plain == whole, "what is decoded is what a plain decoder finds");
    else if (plain)
    {
        // Only a tab in a trailer that frames or routes is refused beyond the plain reading.
        require(input.substr(0, plain->consumed).find('\t') != input.npos,
            "what a plain decoder finds is decoded");
    }
    const auto coded = http::chunk_prefix(input.size()) + std::string(input) + "\r\n";
    const auto all = (input.empty() ? std::string() : coded) + std::string(http::last_chunk);
    const auto again = decode(all, all.size());
    require(again.finished && again.data == input && again.consumed == all.size(),
        "what we encode is decoded");
}

}  // namespace smol::fuzz
