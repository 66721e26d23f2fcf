#include "test/unit/volume/put_world.hpp"
#include "volume/put_value.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace smol::test;
using namespace std::chrono_literals;

TEST_CASE("a value is durable on all three before the master is asked to commit it")
{
    const auto known = GENERATE(length_is::known, length_is::unknown);
    memory_cluster in(either_way());
    auto body = hello(known);
    std::size_t staged_at_commit = 0;
    in.peers.commits = [&](const wire::commit_request& request) {
        CHECK(request.volumes == std::vector<std::string>{"vol-a", "vol-b", "vol-c"});
        CHECK(request.value.size == 5);
        CHECK(request.value.xxh3 == xxh3_of("hello"));
        for (const auto& one : in.members)
            one->disk.lose_power();
        for (std::size_t i = 0; i < 3; ++i)
            staged_at_commit += staged_on(in, i);
        return wire::commit_answer{wire::commit_outcome::created, {}};
    };
    const auto answer = in.put(in.order("k", generation), body);
    REQUIRE(answer.has_value());
    CHECK(answer->outcome == wire::commit_outcome::created);
    CHECK(answer->value.md5 == md5_of("hello"));
    CHECK(staged_at_commit == 3);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(read(in, i, generation) == "hello");
    in.publish(*answer);
    for (std::size_t i = 0; i < 3; ++i)
    {
        CHECK(staged_on(in, i) == 0);
        CHECK(read(in, i, generation) == "hello");
    }
}

TEST_CASE("a value has the MD5 of the first volume on all three, or on none")
{
    const auto size =
        GENERATE(std::size_t{0}, std::size_t{1}, std::size_t{64 * KiB}, std::size_t{1 * MiB + 1});
    const auto known = GENERATE(length_is::known, length_is::unknown);
    const bool is_asked = GENERATE(false, true);
    CAPTURE(size, known, is_asked);
    memory_cluster in(either_way());
    const std::string value(size, 'v');
    auto asked = in.order("k", generation);
    if (is_asked)
    {
        asked.content_md5 = md5_of(value);
        asked.md5 = volume::md5_rule::always;
    }
    std::vector<std::string> pieces;
    for (std::size_t at = 0; at < size; at += 100'000)
        pieces.push_back(value.substr(at, 100'000));
    memory_body body(pieces, known);
    const auto answer = in.put(asked, body);
    REQUIRE(answer.has_value());
    REQUIRE(answer->holders.size() == 3);
    const bool is_kept = is_asked || size <= 1 * MiB;
    CHECK(answer->value.md5 == (is_kept ? std::optional(md5_of(value)) : std::nullopt));
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(staged_description(in, i) == answer->value);
}

TEST_CASE("replicas that keep another MD5 do not count")
{
    memory_cluster in(either_way());
    in.peers.spoils_md5 = true;
    auto body = hello();
    CHECK(in.put(in.order("k", generation), body).error() == errc::too_few_volumes);
    CHECK(in.peers.asked.empty());
}

TEST_CASE("a body that is not what was promised leaves nothing anywhere and commits nothing")
{
    memory_cluster in(either_way());
    auto asked = in.order("k", generation);
    SECTION("it breaks off")
    {
        memory_body body({"hel"}, length_is::known, errc::body_truncated);
        CHECK(in.put(asked, body).error() == errc::body_truncated);
    }
    SECTION("it breaks off and its length was not known")
    {
        memory_body body({"hel", "lo"}, length_is::unknown, errc::body_truncated);
        CHECK(in.put(asked, body).error() == errc::body_truncated);
    }
    SECTION("it is shorter than its length")
    {
        auto body = hello();
        body.promise(6);
        CHECK(in.put(asked, body).error() == errc::body_truncated);
    }
    SECTION("its digest is another one")
    {
        auto body = hello();
        asked.content_md5 = md5_of("other");
        asked.md5 = volume::md5_rule::always;
        CHECK(in.put(asked, body).error() == errc::digest_mismatch);
    }
    SECTION("it grows over its limit")
    {
        auto body = hello(length_is::unknown);
        asked.right.size_max = 4;
        CHECK(in.put(asked, body).error() == errc::body_too_large);
    }
    CHECK(in.peers.asked.empty());
    CHECK(files_everywhere(in) == 0);
}

TEST_CASE("a value is committed with those that have it, if they are enough")
{
    memory_cluster in(either_way());
    auto body = hello();
    SECTION("one cannot be reached")
    {
        in.peers.remove("vol-b");
    }
    SECTION("one stalls")
    {
        in.peers.stall("vol-b");
    }
    SECTION("one has no room")
    {
        in.members[1]->disk.set_free(0);
        observe_space(in, 1);
    }
    SECTION("one fails to make it durable")
    {
        in.members[1]->disk.fail([](std::string_view operation, const std::string&) {
            const bool is_flush = operation == "flush";
            return is_flush ? error_code(5, boost::system::system_category()) : error_code();
        });
    }
    const auto answer = in.put(in.order("k", generation), body);
    REQUIRE(answer.has_value());
    REQUIRE(in.peers.asked.size() == 1);
    CHECK(in.peers.asked[0].volumes == std::vector<std::string>{"vol-a", "vol-c"});
    CHECK(staged_on(in, 1) == 0);
}

TEST_CASE("with too few nothing is committed, and nothing stays for long")
{
    memory_cluster in(either_way());
    in.peers.remove("vol-b");
    in.peers.remove("vol-c");
    auto body = hello();
    CHECK(in.put(in.order("k", generation), body).error() == errc::too_few_volumes);
    CHECK(in.peers.asked.empty());
    in.peers.verdicts = [](const wire::staged_entry&) { return wire::staged_verdict::discard; };
    in.sweep();
    CHECK(files_everywhere(in) == 0);
}

TEST_CASE("what the master refuses goes once it has ruled it out, first where it came from")
{
    memory_cluster in;
    in.peers.commits = [](const wire::commit_request&) {
        return wire::commit_answer{wire::commit_outcome::refused, "write_conflict"};
    };
    auto body = hello();
    CHECK(in.put(in.order("k", generation), body).error() == errc::write_conflict);
    bool is_fenced = false;
    in.peers.verdicts = [&](const wire::staged_entry& entry) {
        is_fenced = is_fenced || entry.first;
        return is_fenced ? wire::staged_verdict::discard : wire::staged_verdict::wait;
    };
    in.sweep();
    in.sweep();
    CHECK(is_fenced);
    CHECK(files_everywhere(in) == 0);
}

TEST_CASE("the master is asked until it answers")
{
    memory_cluster in;
    auto body = hello();
    in.peers.commits = [&](const wire::commit_request&) -> result<wire::commit_answer> {
        if (in.peers.asked.size() < 3)
            return errc::peer_unreachable;
        return wire::commit_answer{wire::commit_outcome::replaced, {}};
    };
    const auto answer = in.put(in.order("k", generation), body);
    REQUIRE(answer.has_value());
    CHECK(answer->outcome == wire::commit_outcome::replaced);
    CHECK(in.peers.asked.size() == 3);
}

TEST_CASE("a value whose commit is not answered stays until the master says what became of it")
{
    memory_cluster in;
    auto body = hello();
    in.peers.commits = [](const wire::commit_request&) -> result<wire::commit_answer> {
        return errc::peer_unreachable;
    };
    CHECK(in.put(in.order("k", generation), body).error() == errc::outcome_unknown);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(staged_on(in, i) == 1);
    in.peers.verdicts = [](const wire::staged_entry&) { return wire::staged_verdict::publish; };
    in.sweep();
    for (std::size_t i = 0; i < 3; ++i)
    {
        CHECK(staged_on(in, i) == 0);
        CHECK(read(in, i, generation) == "hello");
    }
}

TEST_CASE("an expired ticket after an unanswered commit leaves open what became of it")
{
    memory_cluster in;
    auto body = hello();
    const bool was_answered = GENERATE(true, false);
    in.peers.commits = [&](const wire::commit_request&) -> result<wire::commit_answer> {
        if (!was_answered && in.peers.asked.size() < 2)
            return errc::peer_unreachable;
        return wire::commit_answer{wire::commit_outcome::refused, "ticket_expired"};
    };
    const auto answer = in.put(in.order("k", generation), body);
    CHECK(answer.error() == (was_answered ? errc::ticket_expired : errc::outcome_unknown));
}

TEST_CASE("a ticket is good for one value, also after that is published")
{
    memory_cluster in(either_way());
    auto body = hello();
    const auto answer = in.put(in.order("k", generation), body);
    REQUIRE(answer.has_value());
    in.publish(*answer);
    auto other = memory_body({"other"}, length_is::known);
    CHECK(in.put(in.order("k", generation), other).error() == errc::write_conflict);
    CHECK(read(in, 0, generation) == "hello");
}

TEST_CASE("a superseded write is done, and keeps nothing")
{
    memory_cluster in;
    auto body = hello();
    in.peers.commits = [](const wire::commit_request&) {
        return wire::commit_answer{wire::commit_outcome::superseded, {}};
    };
    const auto answer = in.put(in.order("k", generation), body);
    REQUIRE(answer.has_value());
    CHECK(staged_on(in, 0) == 0);
    in.publish(*answer);
    CHECK(read(in, 0, generation) == "blob_missing");
}

TEST_CASE("a disk that fills at any step refuses the value, keeps none of it, and goes on")
{
    const auto step =
        GENERATE(as<std::string>(), "create", "write", "set_attribute", "flush", "flush_directory");
    CAPTURE(step);
    memory_cluster in(either_way());
    in.members[0]->disk.fail([&](std::string_view operation, const std::string&) {
        return operation == step ? error_code(28, boost::system::system_category()) : error_code();
    });
    auto body = hello();
    CHECK(in.put(in.order("k", generation), body).error() == errc::no_room);
    CHECK(in.peers.asked.empty());
    in.peers.verdicts = [](const wire::staged_entry&) { return wire::staged_verdict::discard; };
    in.sweep();
    in.sweep();
    CHECK(files_everywhere(in) == 0);
    in.members[0]->disk.fail({});
    auto again = hello();
    CHECK(in.put(in.order("k", generation + 1), again).has_value());
}

TEST_CASE("an error of the disk at any step ends all writing on the volume")
{
    const auto step =
        GENERATE(as<std::string>(), "create", "write", "set_attribute", "flush", "flush_directory");
    CAPTURE(step);
    memory_cluster in(either_way());
    in.members[0]->disk.fail([&](std::string_view operation, const std::string&) {
        return operation == step ? error_code(5, boost::system::system_category()) : error_code();
    });
    auto body = hello();
    CHECK(in.put(in.order("k", generation), body).error() == errc::volume_read_only);
    CHECK(in.peers.asked.empty());
    CHECK(in.members[0]->store->health() == wire::health::read_only);
    in.members[0]->disk.fail({});
    auto again = hello();
    CHECK(in.put(in.order("k", generation + 1), again).error() == errc::volume_read_only);
}

TEST_CASE("a full volume refuses before it takes a byte")
{
    memory_cluster in;
    in.members[0]->disk.set_free(1 * GiB);  // what stays free of 200 GiB
    observe_space(in, 0);
    auto body = hello();
    CHECK(in.put(in.order("k", generation), body).error() == errc::no_room);
    CHECK(files_everywhere(in) == 0);
    CHECK(in.members[0]->store->health() == wire::health::full);
}

TEST_CASE("a ticket is good for one upload at a time")
{
    memory_cluster in(either_way());
    auto body = hello();
    in.peers.commits = [](const wire::commit_request&) -> result<wire::commit_answer> {
        return errc::peer_unreachable;
    };
    CHECK(in.put(in.order("k", generation), body).error() == errc::outcome_unknown);
    auto again = hello();
    CHECK(in.put(in.order("k", generation), again).error() == errc::write_conflict);
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(read(in, i, generation) == "hello");
}

TEST_CASE("what was committed survives the loss of power everywhere")
{
    memory_cluster in(either_way());
    auto body = hello();
    const auto answer = in.put(in.order("k", generation), body);
    REQUIRE(answer.has_value());
    const bool is_published = GENERATE(false, true);
    if (is_published)
        in.publish(*answer);
    for (std::size_t i = 0; i < 3; ++i)
    {
        in.members[i]->disk.lose_power();
        in.restart(i);
    }
    in.peers.verdicts = [](const wire::staged_entry&) { return wire::staged_verdict::publish; };
    in.sweep();
    for (std::size_t i = 0; i < 3; ++i)
    {
        CHECK(staged_on(in, i) == 0);
        CHECK(read(in, i, generation) == "hello");
    }
}

}  // namespace
