#pragma once

// Step S1: what a PUT may do, on which volumes, by which ticket. No I/O: the record has been read.

#include "common/net/exchange.hpp"
#include "common/wire/record.hpp"
#include "common/wire/ticket.hpp"
#include "master/context.hpp"
#include "master/route_choice.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::master {

struct put_plan
{
    route way = route::redirect;
    std::vector<std::shared_ptr<member>> volumes;  // in order of placement
    wire::ticket right;                            // its places as `volumes`
};

// Draws the generation. Errors: those of admission, of the choice of volumes and of the route.
result<put_plan> plan_put(const net::exchange& one,
    const std::optional<wire::record>& current,
    std::string_view key,
    const context& with);

// The ticket for `first` to receive the value and feed the others.
std::string put_ticket(
    const put_plan& plan, std::size_t first, std::string_view key, const context& with);

}  // namespace smol::master
