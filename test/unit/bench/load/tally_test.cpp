#include "bench/load/tally.hpp"

#include <catch2/catch.hpp>

using namespace smol::load;

TEST_CASE("tallies add up, by operation and by failure")
{
    tally one;
    tally other;
    one.record(operation::get, 100, 7);
    one.record_failure(failure::status, 503);
    one.listed = 3;
    other.record(operation::get, 200, 8);
    other.record(operation::put, 300, 9);
    other.record_failure(failure::status, 503);
    other.record_failure(failure::content, 200);
    other.unstarted = 2;
    other.reconnects = 1;
    one.merge(other);
    CHECK(one.done() == 3);
    CHECK(one.of(operation::get).done == 2);
    CHECK(one.of(operation::get).bytes == 15);
    CHECK(one.of(operation::put).latency.largest() == 300);
    CHECK(one.latency().count() == 3);
    CHECK(one.failed() == 3);
    CHECK(one.failed_by(failure::content) == 1);
    CHECK(one.statuses().at(503) == 2);
    CHECK(one.statuses().count(200) == 0);
    CHECK(one.listed == 3);
    CHECK(one.unstarted == 2);
    CHECK(one.reconnects == 1);
}
