#include "master/replica_tickets.hpp"

#include "master/redirect.hpp"

namespace smol::master {

namespace {

constexpr std::uint64_t get_ticket_us = 600'000'000;

}  // namespace

replica_tickets::replica_tickets(
    std::string_view key, const wire::record_facts& of, std::uint64_t now, const hmac_key& secret)
    : key_(key), expires_(now + get_ticket_us),
      tickets_(key, {of.generation, of.xxh3, expires_}, secret)
{}

std::string replica_tickets::url(std::string_view base, const member& holder)
{
    std::string whole(base);
    append_path(whole, holder);
    return whole;
}

void replica_tickets::append_path(std::string& to, const member& holder)
{
    begin_ticketed_path(to, key_);
    tickets_.append_to(to, holder.name(), holder.facts().address);
}

}  // namespace smol::master
