#include "master/replica_tickets.hpp"

#include "common/wire/ticket.hpp"
#include "master/redirect.hpp"

namespace smol::master {

namespace {

constexpr std::uint64_t get_ticket_us = 600'000'000;

}  // namespace

replica_tickets::replica_tickets(
    std::string_view key, const wire::record& record, std::uint64_t now, std::string_view secret)
    : key_(key), record_(record), expires_(now + get_ticket_us), secret_(secret)
{}

std::string replica_tickets::url(std::string_view base, const member& holder) const
{
    wire::ticket right;
    right.op = wire::operation::get;
    right.generation = record_.generation;
    right.places.push_back({holder.name(), holder.facts().address});
    right.expires = expires_;
    right.value = record_.xxh3;
    return ticketed_url(base, key_, wire::issue(right, key_, secret_));
}

}  // namespace smol::master
