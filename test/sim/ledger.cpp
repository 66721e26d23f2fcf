#include "test/sim/ledger.hpp"

#include "common/base/digest.hpp"
#include "common/base/parse.hpp"
#include "common/wire/record.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace smol::sim {

namespace {

constexpr std::array<std::size_t, 6> sizes{0, 0, 40, 600, 1'500, 9'000};

}  // namespace

value_id ledger::make_value(std::size_t key)
{
    const auto id = static_cast<value_id>(values_.size() + 1);
    auto bytes = fmt::format("{} of {};", id, key_name(key));
    chance filler(id);
    const auto size = bytes.size() + sizes[world_.fate.below(sizes.size())];
    while (bytes.size() < size)
        bytes += static_cast<char>('a' + filler.below(26));
    auto etag = wire::etag_of(xxh3_of(bytes));
    values_.push_back({key, std::move(bytes), std::move(etag)});
    return id;
}

void ledger::saw_nothing(std::size_t key, moment since)
{
    add(key, {operation::kind::read, nothing, since, world_.now()});
}

void ledger::saw(std::size_t key, moment since, std::string_view bytes, std::string_view etag)
{
    const auto id = identify(key, bytes);
    if (!id)
    {
        accuse(fmt::format("a GET of {} got bytes that no PUT of it had: {}…",
            key_name(key),
            bytes.substr(0, 60)));
        return;
    }
    if (value(*id).etag != etag)
        accuse(fmt::format("a GET of {} got value {} with ETag {}", key_name(key), *id, etag));
    add(key, {operation::kind::read, *id, since, world_.now()});
}

std::optional<value_id> ledger::last_seen(std::size_t key) const
{
    const auto& all = operations_[key];
    for (auto one = all.rbegin(); one != all.rend(); ++one)
        if (one->value != nothing && one->ended != operation::never)
            return one->value;
    return std::nullopt;
}

std::optional<value_id> ledger::identify(std::size_t key, std::string_view bytes) const
{
    const auto number = parse_number(bytes.substr(0, bytes.find(' ')));
    if (!number || *number == 0 || *number > values_.size())
        return std::nullopt;
    const auto id = static_cast<value_id>(*number);
    if (value(id).key != key || value(id).bytes != bytes)
        return std::nullopt;
    return id;
}

void ledger::accuse(std::string what)
{
    world_.note("checker", "fault", what);
    accusations_ += what + "\n";
}

std::string ledger::verdict() const
{
    auto all = accusations_;
    for (std::size_t key = 0; key < keys(); ++key)
        if (const auto text = violation(operations_[key]); !text.empty())
            all += key_name(key) + ": " + text;
    return all;
}

}  // namespace smol::sim
