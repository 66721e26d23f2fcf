#include "common/wire/ticket.hpp"

#include "common/base/broken.hpp"
#include "common/base/hex.hpp"
#include "common/base/hmac.hpp"
#include "common/wire/record.hpp"
#include "common/wire/word_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

// The text: base64url(payload) "." base64url(HMAC-SHA256(secret, domain payload NUL key)). The
// payload:
//
//   1 put <generation> <precondition> <based on> <size max> <replicas min> <expires>
//   <XXH3 of the value, or -> <volume>=<address> …

namespace smol::wire {
namespace {

using namespace std::string_view_literals;

constexpr auto domain = "smol-ticket-v1\0"sv;  // nothing else that is signed begins like this
constexpr auto version = "1"sv;
constexpr auto no_value = "-"sv;
constexpr std::size_t text_bytes_max = 8 * KiB;
constexpr std::size_t places_max = 16;
constexpr std::size_t address_bytes_max = 256;

constexpr std::array operation_names{"put"sv, "replica"sv, "get"sv, "remove"sv};
constexpr std::array precondition_names{"none"sv, "absent"sv, "absent_asked"sv, "unchanged"sv};

template <typename Enum, std::size_t Count>
Enum read_name(word_reader& words, const std::array<std::string_view, Count>& names)
{
    const auto found = std::find(names.begin(), names.end(), words.word());
    words.require(found != names.end());
    return found == names.end() ? Enum{} : static_cast<Enum>(found - names.begin());
}

std::uint64_t read_number(word_reader& words)
{
    const auto number = parse_printed_number(words.word());
    words.require(number.has_value());
    return number.value_or(0);
}

using text = fmt::memory_buffer;

void append(text& to, std::string_view what)
{
    to.append(what.data(), what.data() + what.size());
}

void append_number(text& to, std::uint64_t number)
{
    const fmt::format_int digits(number);
    append(to, " ");
    append(to, {digits.data(), digits.size()});
}

std::string encoded_address(std::string_view address)
{
    return percent_encode(address, ":[]");
}

place read_place(word_reader& words)
{
    const auto word = words.word();
    const auto equals = std::min(word.find('='), word.size());
    const auto encoded = word.substr(std::min(equals + 1, word.size()));
    auto address = percent_decode(encoded);
    const auto name = word.substr(0, equals);
    words.require(is_volume_name(name) && address && !address->empty() &&
                  address->size() <= address_bytes_max && encoded_address(*address) == encoded);
    return {std::string(name), address ? std::move(*address) : std::string()};
}

// The payload up to the places.
void append_right(text& to, const ticket& right)
{
    append(to, version);
    append(to, " ");
    append(to, operation_names[static_cast<std::size_t>(right.op)]);
    append_number(to, right.generation);
    append(to, " ");
    append(to, precondition_names[static_cast<std::size_t>(right.holds)]);
    for (const auto number : {right.based_on, right.size_max, right.replicas_min, right.expires})
        append_number(to, number);
    append(to, " ");
    if (right.value)
        append(to, std::string_view(hex_digits(*right.value)));
    else
        append(to, no_value);
}

void append_place(text& to, std::string_view volume, std::string_view address)
{
    append(to, " ");
    append(to, volume);
    append(to, "=");
    append(to, encoded_address(address));
}

result<ticket> parse_payload(std::string_view payload)
{
    word_reader words(payload);
    words.require(words.word() == version);
    ticket right;
    right.op = read_name<operation>(words, operation_names);
    right.generation = read_number(words);
    right.holds = read_name<precondition>(words, precondition_names);
    right.based_on = read_number(words);
    right.size_max = read_number(words);
    right.replicas_min = read_number(words);
    right.expires = read_number(words);
    if (right.op == operation::get)
        right.value = words.digest();
    else
        words.require(words.word() == no_value);
    while (!words.is_at_end() && right.places.size() < places_max)
        right.places.push_back(read_place(words));
    words.require(!right.places.empty());
    words.require(right.op == operation::put || right.places.size() == 1);
    if (!words.is_good())
        return errc::ticket_invalid;
    return right;
}

mac signature_of(std::string_view payload, std::string_view key, const hmac_key& secret)
{
    return secret.sign({domain, payload, "\0"sv, key});
}

void append_signed(
    std::string& to, const text& payload, std::string_view key, const hmac_key& secret)
{
    const std::string_view whole(payload.data(), payload.size());
    append_base64url(to, as_bytes(whole));
    to += '.';
    append_base64url(to, signature_of(whole, key, secret));
}

}  // namespace

std::string issue(const ticket& right, std::string_view key, const hmac_key& secret)
{
    text payload;
    append_right(payload, right);
    for (const auto& each : right.places)
        append_place(payload, each.volume, each.address);
    std::string issued;
    append_signed(issued, payload, key, secret);
    return issued;
}

get_tickets::get_tickets(std::string_view key, const value_version& of, const hmac_key& secret)
    : key_(key), secret_(secret)
{
    ticket right;
    right.op = operation::get;
    right.generation = of.generation;
    right.expires = of.expires;
    right.value = of.digest;
    append_right(payload_, right);
    shared_ = payload_.size();
}

void get_tickets::append_to(std::string& to, std::string_view volume, std::string_view address)
{
    payload_.resize(shared_);
    append_place(payload_, volume, address);
    append_signed(to, payload_, key_, secret_);
}

result<ticket> redeem(
    std::string_view text, std::string_view key, const hmac_key& secret, std::uint64_t now)
{
    const auto dot = text.find('.');
    if (text.size() > text_bytes_max || dot == text.npos)
        return errc::ticket_invalid;
    const auto payload = from_base64url(text.substr(0, dot));
    // A NUL would let bytes wander between payload and key without changing what is signed.
    if (!payload || payload->find('\0') != payload->npos)
        return errc::ticket_invalid;
    const auto signature = to_base64url(signature_of(*payload, key, secret));
    const bool is_genuine = equal_in_constant_time(text.substr(dot + 1), signature);
    if (!is_genuine && !is_broken(breakage::unsigned_ticket))
        return errc::ticket_invalid;
    auto right = parse_payload(*payload);
    if (right && now > right->expires)
        return errc::ticket_expired;
    return right;
}

}  // namespace smol::wire
