// Tickets: what is redeemed was issued, byte for byte, and a change of any bit is refused.

#include "common/wire/ticket.hpp"

#include "common/wire/record.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <string>

namespace smol::fuzz {
namespace {

const hmac_key secret("a secret of the cluster");
constexpr std::string_view fixed_key = "k";

// Any text at all: if it opens, it is the one text that `issue` writes for what it says.
void redeem_text(std::string_view text)
{
    const auto right = wire::redeem(text, fixed_key, secret, 0);
    if (right)
        require(wire::issue(*right, fixed_key, secret) == text, "a ticket has one spelling");
    if (text.size() > 8192)
        require(!right, "a ticket is at most 8 KiB");
}

// A payload of any bytes without a signature, or with one by another secret.
void redeem_forged(std::string_view payload)
{
    wire::ticket own;
    own.places.push_back({"v", "h:1"});
    const auto real = wire::issue(own, fixed_key, secret);
    const auto dot = real.find('.');
    const auto text = std::string(payload) + std::string(real.substr(dot));
    require(text == real || !wire::redeem(text, fixed_key, secret, 0),
        "a signature is good for one payload only");
    const auto unsigned_text = real.substr(0, dot + 1) + std::string(payload);
    require(unsigned_text == real || !wire::redeem(unsigned_text, fixed_key, secret, 0),
        "a payload has one signature only");
}

std::string name_of(std::string_view bytes)
{
    std::string name;
    for (const char c : bytes.substr(0, 8))
        name += static_cast<char>('a' + static_cast<unsigned char>(c) % 26);
    return name.empty() ? "v" : name;
}

wire::ticket make_ticket(parts& input)
{
    wire::ticket right;
    right.op = static_cast<wire::operation>(input.byte() % 4U);
    right.holds = static_cast<wire::precondition>(input.byte() % 4U);
    right.generation = input.number();
    right.based_on = input.number();
    right.size_max = input.number();
    right.replicas_min = input.number();
    right.expires = input.number();
    if (right.op == wire::operation::get)
        right.value = xxh3_of(input.text());
    const auto places = right.op == wire::operation::put ? 1U + input.byte() % 16U : 1U;
    for (auto left = places; left > 0; --left)
    {
        const auto address = input.text();
        right.places.push_back(
            {name_of(input.text()), address.empty() ? "h" : std::string(address)});
    }
    return right;
}

std::string with_bit_changed(std::string text, std::uint64_t at)
{
    auto& byte = text[at / 8 % text.size()];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1U << at % 8);
    return text;
}

void issue_and_redeem(parts input)
{
    const auto of_what = input.byte();
    const auto at = input.number();
    const auto key = std::string(input.text());
    const auto right = make_ticket(input);
    const auto text = wire::issue(right, key, secret);
    if (text.size() > 8192)
        return;
    const auto found = wire::redeem(text, key, secret, right.expires);
    require(found && *found == right, "a ticket comes back as it was issued");

    switch (of_what % 5U)  // one a run: signing is what takes the time
    {
    case 0:
        return require(!wire::redeem(text, key + '\0', secret, 0), "a ticket is for its key only");
    case 1:
        return require(
            !wire::redeem(text, key, hmac_key("another secret"), 0), "a ticket needs its secret");
    case 2:
        return require(
            right.expires + 1 == 0 || !wire::redeem(text, key, secret, right.expires + 1),
            "a ticket expires");
    case 3:
        return require(!wire::redeem(text.substr(0, at % text.size()), key, secret, 0),
            "a cut ticket is refused");
    default:
        return require(!wire::redeem(with_bit_changed(text, at), key, secret, 0),
            "a ticket with a changed bit is refused");
    }
}

}  // namespace

void ticket(std::string_view input)
{
    parts of(input);
    switch (of.byte())
    {
    case 'i':
        return issue_and_redeem(of);
    case 'f':
        return redeem_forged(of.rest());
    default:
        return redeem_text(input);
    }
}

}  // namespace smol::fuzz
