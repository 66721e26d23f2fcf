// Signatures of internal calls: a call is good for itself only, within its window.

#include "common/wire/signature.hpp"

#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <string>

namespace smol::fuzz {
namespace {

const hmac_key secret("a secret of the cluster");
constexpr std::uint64_t now = 1'763'818'031'000'000;
constexpr std::uint64_t window = 60'000'000;

}  // namespace

void signature(std::string_view input)
{
    parts of(input);
    const auto of_what = of.byte();
    const auto at = of.number();
    const auto header = of.line();
    const auto body = of.rest();
    const wire::signed_call call{"POST", "/-/commit", body};
    if (const auto found = wire::check_signature(call, header, now, secret))
    {
        const auto time = header.substr(0, header.find('.'));
        require(!time.empty() && time.size() < 20, "signed at some time");
        require(wire::sign(call, now, secret) == header || time != std::to_string(now),
            "a signature has one spelling");
    }
    const auto own = wire::sign(call, now, secret);
    const auto longer = std::string(body) + '\0';
    auto changed = own;
    auto& byte = changed[at / 8 % changed.size()];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ 1U << at % 8);
    switch (of_what % 6U)  // one a run: signing is what takes the time
    {
    case 0:
        return require(wire::check_signature(call, own, now, secret).has_value(), "is checked");
    case 1:
        return require(wire::check_signature(call, own, now + window, secret).has_value(),
            "a signature is good for a minute");
    case 2:
        return require(!wire::check_signature(call, own, now + window + 1, secret), "not longer");
    case 3:
        return require(!wire::check_signature({"POST", "/-/commit", longer}, own, now, secret),
            "a signature is for its body only");
    case 4:
        return require(!wire::check_signature({"POST", "/-/publish", body}, own, now, secret),
            "a signature is for its target only");
    default:
        return require(!wire::check_signature(call, changed, now, secret), "a changed bit");
    }
}

}  // namespace smol::fuzz
