#include "master/remove_decision.hpp"

#include <catch2/catch.hpp>

#include <string>

namespace smol::master {

namespace {

using wire::state;

constexpr std::uint64_t event = 200;

wire::record record_as(state is)
{
    wire::record record;
    record.is = is;
    record.generation = 100;
    record.event = 150;
    record.conditional = 120;
    record.volumes = {"vol-a", "vol-b"};
    return record;
}

http::request_head request_with(std::string_view name = {}, std::string_view value = {})
{
    http::request_head request;
    request.method = "DELETE";
    if (!name.empty())
        request.headers.add(name, value);
    return request;
}

const std::string matching = wire::etag_of(xxh3_digest{});

}  // namespace

TEST_CASE("DELETE makes a tombstone and dooms every replica")
{
    struct row
    {
        state is;
        http::request_head request;
        std::uint64_t conditional;
    };
    const std::vector<row> rows{
        {state::live, request_with(), 120},
        {state::unlinked, request_with(), 120},
        {state::live, request_with("If-Match", matching), event},
        {state::live, request_with("If-Match", "*"), event},
    };
    for (const auto& [is, request, conditional] : rows)
    {
        const auto removed = decide_delete(record_as(is), request, protection::off, event);
        REQUIRE(removed.has_value());
        CHECK(removed->write.is == state::tombstone);
        CHECK(removed->write.generation == 100);
        CHECK(removed->write.event == event);
        CHECK(removed->write.conditional == conditional);
        CHECK(removed->write.volumes == std::vector<std::string>{"vol-a", "vol-b"});
        CHECK(removed->doomed == std::vector<doomed_blob>{{"vol-a", 100}, {"vol-b", 100}});
    }
}

TEST_CASE("DELETE is refused where there is nothing, or something else than asked for")
{
    struct row
    {
        std::optional<wire::record> current;
        http::request_head request;
        protection policy;
        errc reason;
    };
    const auto live = record_as(state::live);
    const auto gone = record_as(state::tombstone);
    const std::vector<row> rows{
        {std::nullopt, request_with(), protection::off, errc::not_found},
        {std::nullopt, request_with("If-Match", "*"), protection::off, errc::not_found},
        {gone, request_with(), protection::off, errc::not_found},
        {gone, request_with(), protection::on, errc::not_found},
        {live, request_with(), protection::on, errc::key_protected},
        {live, request_with("If-Match", matching), protection::on, errc::key_protected},
        {live, request_with("If-Match", "\"no\""), protection::off, errc::precondition_failed},
        {live, request_with("If-None-Match", "*"), protection::off, errc::precondition_failed},
        {record_as(state::unlinked),
            request_with("If-Match", "\"no\""),
            protection::on,
            errc::precondition_failed},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto& one = rows[i];
        const auto removed = decide_delete(one.current, one.request, one.policy, event);
        REQUIRE(removed.has_error());
        CHECK(removed.error() == one.reason);
    }
    const auto hidden = record_as(state::unlinked);
    CHECK(decide_delete(hidden, request_with(), protection::on, event).has_value());
}

TEST_CASE("UNLINK and restore turn a record and keep the rest")
{
    const auto hidden = decide_unlink(record_as(state::live), request_with(), event);
    REQUIRE(hidden.has_value());
    CHECK(hidden->doomed.empty());
    CHECK(hidden->write.is == state::unlinked);
    CHECK(hidden->write.generation == 100);
    CHECK(hidden->write.event == event);
    CHECK(hidden->write.conditional == event);

    const auto back = decide_restore(hidden->write, request_with(), event + 1);
    REQUIRE(back.has_value());
    CHECK(back->write.is == state::live);
    CHECK(back->write.generation == 100);
    CHECK(back->write.event == event + 1);
    CHECK(back->write.volumes == record_as(state::live).volumes);
}

TEST_CASE("UNLINK needs a live value and restore an unlinked one")
{
    using decide = decltype(&decide_unlink);
    struct row
    {
        decide what;
        std::optional<wire::record> current;
        http::request_head request;
        errc reason;
    };
    const auto unfit = request_with("If-Match", "\"no\"");
    const std::vector<row> rows{
        {decide_unlink, std::nullopt, request_with(), errc::not_found},
        {decide_unlink, record_as(state::unlinked), request_with(), errc::not_found},
        {decide_unlink, record_as(state::tombstone), request_with(), errc::not_found},
        {decide_unlink, record_as(state::live), unfit, errc::precondition_failed},
        {decide_restore, std::nullopt, request_with(), errc::not_found},
        {decide_restore, record_as(state::live), request_with(), errc::not_found},
        {decide_restore, record_as(state::tombstone), request_with(), errc::not_found},
        {decide_restore, record_as(state::unlinked), unfit, errc::precondition_failed},
    };
    for (std::size_t i = 0; i < rows.size(); ++i)
    {
        CAPTURE(i);
        const auto turned = rows[i].what(rows[i].current, rows[i].request, event);
        REQUIRE(turned.has_error());
        CHECK(turned.error() == rows[i].reason);
    }
}

}  // namespace smol::master
