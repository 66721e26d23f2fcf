#include "common/wire/description.hpp"

#include "common/base/hex.hpp"
#include "common/http/head_check.hpp"
#include "common/wire/word_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace smol::wire {
namespace {

constexpr std::string_view meta_word = "meta-";

// What was stored goes into response headers, so nothing that could end a line may come back.
std::optional<std::string> decode_stored(std::string_view text)
{
    auto bytes = percent_decode(text);
    const auto is_control = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte < ' ' || byte == 0x7f;
    };
    if (!bytes || std::any_of(bytes->begin(), bytes->end(), is_control))
        return std::nullopt;
    return std::move(*bytes);
}

bool is_meta_name(std::string_view name)
{
    return http::is_token(name) &&
           std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool has_meta(const http::stored_headers& headers, std::string_view name)
{
    return std::any_of(headers.meta.begin(), headers.meta.end(), [&](const auto& each) {
        return each.first == name;
    });
}

// "meta-<name>=<value>"
bool add_meta(std::string_view word, http::stored_headers& headers)
{
    const auto equals = word.find('=');
    if (!word.starts_with(meta_word) || equals == word.npos)
        return false;
    auto name = decode_stored(word.substr(meta_word.size(), equals - meta_word.size()));
    auto value = decode_stored(word.substr(equals + 1));
    if (!name || !value || !is_meta_name(*name) || has_meta(headers, *name))
        return false;
    headers.meta.emplace_back(std::move(*name), std::move(*value));
    return true;
}

}  // namespace

std::string print(const description& of)
{
    std::string text;
    auto out = std::back_inserter(text);
    fmt::format_to(out, "v1 gen={} size={} xxh3={}", of.generation, of.size, to_hex(of.xxh3));
    if (of.md5)
        fmt::format_to(out, " md5={}", to_hex(*of.md5));
    if (!of.headers.content_type.empty())
        fmt::format_to(out, " type={}", http::encode_stored(of.headers.content_type));
    for (const auto& [name, value] : of.headers.meta)
    {
        fmt::format_to(
            out, " {}{}={}", meta_word, http::encode_stored(name), http::encode_stored(value));
    }
    return text;
}

result<description> parse_description(std::string_view key, std::string_view text)
{
    word_reader words(text);
    if (const auto version = check_version(words.word()); !version)
        return version.error();
    description of;
    of.key = key;
    of.generation = words.number("gen");
    of.size = words.number("size");
    of.xxh3 = words.digest("xxh3");
    of.md5 = words.optional_digest("md5");
    if (const auto type = words.optional_value("type"))
    {
        auto decoded = decode_stored(*type);
        words.require(decoded.has_value());
        of.headers.content_type = decoded.value_or(std::string());
    }
    while (!words.is_at_end())
        words.require(add_meta(words.word(), of.headers));
    // Printing again finds what has more than one spelling: percent-encoding.
    if (key.empty() || !words.is_good() || print(of) != text)
        return errc::format_damaged;
    return of;
}

}  // namespace smol::wire
