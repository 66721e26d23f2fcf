#include "volume/admission.hpp"

#include "common/key/object_key.hpp"

#include <algorithm>
#include <utility>

namespace smol::volume {

result<admitted> admit(
    const net::exchange& one, const site& here, std::initializer_list<wire::operation> allowed)
{
    auto key = key::decode(one.target().path);
    if (!key)
        return key.error();
    const auto ticket = one.target().find("ticket");
    if (!ticket || ticket->empty())
        return errc::ticket_missing;
    auto right = here.link.redeem(*ticket, *key, here.time.steady());
    if (!right)
        return right.error();
    if (std::find(allowed.begin(), allowed.end(), right->op) == allowed.end())
        return errc::ticket_invalid;
    auto* const at = right->places.empty() ? nullptr : here.find(right->places.front().volume);
    if (at == nullptr)
        return errc::ticket_invalid;
    return admitted{std::move(*key), std::string(*ticket), std::move(*right), at};
}

std::string key_of(const net::exchange& one)
{
    auto key = key::decode(one.target().path);
    return key ? std::move(*key) : std::string();
}

}  // namespace smol::volume
