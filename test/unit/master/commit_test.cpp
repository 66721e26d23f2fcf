#include "common/key/key_path.hpp"
#include "common/net/loop.hpp"
#include "common/wire/ticket.hpp"
#include "master/commit.hpp"
#include "master/records.hpp"
#include "master/remove.hpp"
#include "test/support/fake_clock.hpp"
#include "test/support/memory_index.hpp"
#include "test/support/run_on.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace smol::master {

namespace {

using wire::commit_outcome;

class fixture
{
public:
    fixture()
    {
        loops.start();
        of = *test::run_on(loops.at(0), open_identity(entries, generations, {}, 3'600'000'000));
    }
    ~fixture() { loops.stop(); }

    wire::commit_request upload(const std::string& key, wire::precondition holds)
    {
        wire::ticket right;
        right.op = wire::operation::put;
        right.generation = *generations.next();
        right.places = {{"vol-a", "h:1"}, {"vol-b", "h:2"}};
        right.holds = holds;
        right.size_max = 1000;
        right.expires = right.generation + of.lifetime_us;
        wire::commit_request request;
        request.key = key;
        request.ticket = wire::issue(right, key, of.secret);
        request.value.generation = right.generation;
        request.value.size = 7;
        request.volumes = {"vol-a"};
        return request;
    }

    committed commit(const wire::commit_request& request)
    {
        return *test::run_on(loops.at(0), commit_value(entries, generations, of, request));
    }

    wire::staged_verdict ask(const std::string& volume, const std::string& key, std::uint64_t g)
    {
        return ask_about(volume, {key, g, false});
    }

    // By the volume that received it from the client, and no longer does.
    wire::staged_verdict give_up(const wire::commit_request& request)
    {
        return ask_about("vol-a", {request.key, request.value.generation, true});
    }

    wire::staged_verdict ask_about(const std::string& volume, wire::staged_entry one)
    {
        const wire::staged_query query{volume, {std::move(one)}};
        return test::run_on(loops.at(0), answer_staged(entries, generations, of, query))
            ->verdicts.at(0);
    }

    result<std::vector<doomed_blob>> remove(const std::string& key)
    {
        http::request_head request;
        request.method = "DELETE";
        return test::run_on(
            loops.at(0), delete_key(entries, generations, key, request, protection::off));
    }

    test::fake_clock time;
    test::memory_index entries;
    generation_clock generations{time};
    identity of;
    net::loops loops{1};
};

}  // namespace

TEST_CASE("of two uploads of a new key the first to commit wins, and the other is told")
{
    fixture master;
    const auto first = master.upload("k", wire::precondition::absent);
    const auto second = master.upload("k", wire::precondition::absent);
    CHECK(master.commit(second).answer.outcome == commit_outcome::created);
    const auto lost = master.commit(first).answer;
    CHECK(lost.outcome == commit_outcome::refused);
    CHECK(lost.reason == "write_conflict");
    CHECK(master.commit(second).answer.outcome == commit_outcome::created);
    CHECK(master.commit(first).answer == lost);
    CHECK(master.ask("vol-a", "k", second.value.generation) == wire::staged_verdict::publish);
    CHECK(master.ask("vol-b", "k", second.value.generation) == wire::staged_verdict::discard);
    CHECK(master.ask("vol-a", "k", first.value.generation) == wire::staged_verdict::discard);
}

TEST_CASE("an overwrite dooms the replicas that it leaves behind")
{
    fixture master;
    const auto first = master.upload("k", wire::precondition::none);
    auto second = master.upload("k", wire::precondition::none);
    second.volumes = {"vol-b"};
    CHECK(master.commit(first).answer.outcome == commit_outcome::created);
    const auto replaced = master.commit(second);
    CHECK(replaced.answer.outcome == commit_outcome::replaced);
    const doomed_blob old{"vol-a", first.value.generation};
    CHECK(replaced.doomed == std::vector<doomed_blob>{old});
    const auto& pending = master.entries.at(family::deletions);
    REQUIRE(pending.size() == 1);
    CHECK(pending.begin()->first == deletion_entry(old, "k"));
    CHECK(pending.begin()->second == "k");
}

TEST_CASE("nothing late brings a deleted key back")
{
    fixture master;
    const auto first = master.upload("k", wire::precondition::none);
    const auto late = master.upload("k", wire::precondition::none);
    const auto later = master.upload("k", wire::precondition::absent);
    master.commit(first);
    CHECK(master.remove("k").has_value());
    CHECK(master.remove("k").error() == errc::not_found);
    CHECK(master.commit(late).answer.outcome == commit_outcome::superseded);
    CHECK(master.commit(later).answer.outcome == commit_outcome::refused);
    CHECK(master.commit(first).answer.outcome == commit_outcome::superseded);
    const auto record = test::run_on(master.loops.at(0), read_record(master.entries, "k"));
    CHECK((**record).is == wire::state::tombstone);
    for (const auto& upload : {first, late, later})
        CHECK(master.ask("vol-a", "k", upload.value.generation) == wire::staged_verdict::discard);
}

TEST_CASE("a ticket of another key, altered, or expired commits nothing")
{
    fixture master;
    auto other = master.upload("k", wire::precondition::none);
    other.key = "k2";
    CHECK(master.commit(other).answer.reason == "ticket_invalid");
    auto altered = master.upload("k", wire::precondition::none);
    altered.ticket.back() = altered.ticket.back() == 'A' ? 'E' : 'A';
    CHECK(master.commit(altered).answer.reason == "ticket_invalid");
    const auto slow = master.upload("k", wire::precondition::none);
    const auto floor = slow.value.generation + 2 * master.of.lifetime_us;
    master.generations.reserved(floor + 5000);
    master.time.advance(std::chrono::microseconds(2 * master.of.lifetime_us + 2000));
    CHECK(master.commit(slow).answer.reason == "ticket_expired");
    CHECK(master.ask("vol-a", "k", slow.value.generation) == wire::staged_verdict::discard);
    CHECK(master.entries.at(family::records).empty());
}

TEST_CASE("an upload under way is left alone")
{
    fixture master;
    const auto upload = master.upload("k", wire::precondition::absent);
    CHECK(master.ask("vol-a", "k", upload.value.generation) == wire::staged_verdict::wait);
}

TEST_CASE("an upload that its first volume gave up is never committed, and its replicas drain")
{
    fixture master;
    const auto upload = master.upload("k", wire::precondition::none);
    const auto g = upload.value.generation;
    CHECK(master.ask("vol-b", "k", g) == wire::staged_verdict::wait);
    CHECK(master.give_up(upload) == wire::staged_verdict::discard);
    CHECK(master.ask("vol-b", "k", g) == wire::staged_verdict::discard);
    const auto late = master.commit(upload).answer;
    CHECK(late.outcome == commit_outcome::refused);
    CHECK(late.reason == "write_conflict");
    CHECK(master.give_up(upload) == wire::staged_verdict::discard);
}

TEST_CASE("giving up an upload that was committed after all takes nothing back")
{
    fixture master;
    const auto upload = master.upload("k", wire::precondition::absent);
    REQUIRE(master.commit(upload).answer.outcome == commit_outcome::created);
    CHECK(master.give_up(upload) == wire::staged_verdict::publish);
    CHECK(master.commit(upload).answer.outcome == commit_outcome::created);
}

TEST_CASE("an identity is made once, and the clock starts above what was reserved")
{
    fixture master;
    const auto ceiling = master.entries.at(family::meta).at("clock");
    test::fake_clock earlier;
    earlier.wall_us -= 1'000'000'000;
    generation_clock again(earlier);
    const auto same =
        test::run_on(master.loops.at(0), open_identity(master.entries, again, {}, 1'000'000));
    REQUIRE(same.has_value());
    CHECK(same->cluster == master.of.cluster);
    CHECK(same->secret.secret() == master.of.secret.secret());
    CHECK(same->secret.secret().size() == 32);
    CHECK(same->lifetime_us == master.of.lifetime_us);
    CHECK(std::to_string(again.now()) >= ceiling);

    const auto given =
        test::run_on(master.loops.at(0), open_identity(master.entries, again, "from a file", 1));
    CHECK(given->secret.secret() == "from a file");
    CHECK(master.entries.at(family::meta).at("secret").size() == 64);
}

TEST_CASE("a damaged identity is refused, not guessed at")
{
    fixture master;
    master.entries.at(family::meta)["clock"] = "soon";
    generation_clock again(master.time);
    const auto opened =
        test::run_on(master.loops.at(0), open_identity(master.entries, again, {}, 1));
    CHECK(opened.error() == errc::format_damaged);
}

}  // namespace smol::master
