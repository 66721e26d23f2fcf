#include "volume/admission.hpp"

#include "common/key/object_key.hpp"

#include <algorithm>
#include <utility>

namespace smol::volume {

namespace {

std::string_view ticket_of(const net::exchange& one)
{
    return one.target().find("ticket").value_or("");
}

}  // namespace

result<admitted> admit(
    const net::exchange& one, const site& here, std::initializer_list<wire::operation> allowed)
{
    auto key = key::decode(one.target().path);
    if (!key)
        return key.error();
    auto by = redeem(one, here, *key, allowed);
    if (!by)
        return by.error();
    return admitted{std::move(*key), std::string(ticket_of(one)), std::move(by->right), by->at};
}

result<granted> redeem(const net::exchange& one,
    const site& here,
    std::string_view key,
    std::initializer_list<wire::operation> allowed)
{
    const auto ticket = ticket_of(one);
    if (ticket.empty())
        return errc::ticket_missing;
    auto right = here.link.redeem(ticket, key, here.time.steady());
    if (!right)
        return right.error();
    if (std::find(allowed.begin(), allowed.end(), right->op) == allowed.end())
        return errc::ticket_invalid;
    auto* const at = right->places.empty() ? nullptr : here.find(right->places.front().volume);
    if (at == nullptr)
        return errc::ticket_invalid;
    return granted{std::move(*right), at};
}

std::string key_of(const net::exchange& one)
{
    auto key = key::decode(one.target().path);
    return key ? std::move(*key) : std::string();
}

}  // namespace smol::volume
