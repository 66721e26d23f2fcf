#include "common/wire/record.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::wire;

namespace {

const std::string xxh3 = "00112233445566778899aabbccddeeff";
const std::string md5 = "ffeeddccbbaa99887766554433221100";

record example()
{
    record of;
    of.generation = 1'763'818'031'000'123;
    of.event = of.generation;
    of.size = 7;
    of.xxh3 = xxh3_of("value");
    of.md5 = md5_of("value");
    of.volumes = {"vol-1f2e", "vol-77aa"};
    return of;
}

}  // namespace

TEST_CASE("A record is one line that a person can read")
{
    const std::string line = "v1 live gen=1763818031000123 size=7 xxh3=" + xxh3 + " md5=" + md5 +
                             " on=vol-1f2e,vol-77aa";
    const auto of = parse_record(line).value();
    CHECK(of.is == state::live);
    CHECK(of.generation == 1'763'818'031'000'123);
    CHECK(of.event == of.generation);
    CHECK(of.conditional == 0);
    CHECK(of.size == 7);
    CHECK(of.xxh3[1] == std::byte{0x11});
    CHECK(of.md5.value()[0] == std::byte{0xff});
    CHECK(of.volumes == std::vector<std::string>{"vol-1f2e", "vol-77aa"});
    CHECK(print(of) == line);
}

TEST_CASE("Every record comes back from its line")
{
    auto of = example();
    of.is = GENERATE(state::live, state::unlinked, state::tombstone);
    of.event = of.generation + GENERATE(as<std::uint64_t>(), 0, 1, 1'000'000);
    of.conditional = GENERATE(as<std::uint64_t>(), 0, 1, ~std::uint64_t{0});
    of.size = GENERATE(as<std::uint64_t>(), 0, ~std::uint64_t{0});
    if (GENERATE(true, false))
        of.md5.reset();
    of.volumes.resize(GENERATE(as<std::size_t>(), 0, 1, 2));
    const auto line = print(of);
    CAPTURE(line);
    CHECK(parse_record(line).value() == of);
    CHECK((line.find("event=") == line.npos) == (of.event == of.generation));
    CHECK((line.find("cond=") == line.npos) == (of.conditional == 0));
}

TEST_CASE("Records that print would not write are damaged")
{
    const std::string tail = " size=7 xxh3=" + xxh3 + " on=a";
    const auto line = GENERATE_COPY(values<std::string>({
        "",
        " ",
        "v1",
        "v0 live gen=1" + tail,
        "V1 live gen=1" + tail,
        "live gen=1" + tail,
        " v1 live gen=1" + tail,
        "v1  live gen=1" + tail,
        "v1 live gen=1" + tail + " ",
        "v1 live gen=1" + tail + "\n",
        "v1 live gen=1" + tail + " x=y",
        "v1\tlive gen=1" + tail,
        "v1 dead gen=1" + tail,
        "v1 Live gen=1" + tail,
        "v1 gen=1" + tail,
        "v1 live" + tail,
        "v1 live gen=" + tail,
        "v1 live gen=x" + tail,
        "v1 live gen=01" + tail,
        "v1 live gen=+1" + tail,
        "v1 live gen=-1" + tail,
        "v1 live gen=18446744073709551616" + tail,
        "v1 live gen=1 gen=1" + tail,
        "v1 live gen=1 event=1" + tail,  // printed only if it differs
        "v1 live gen=1 event=" + tail,
        "v1 live gen=1 cond=0" + tail,  // printed only if there is one
        "v1 live gen=1 cond=5 event=5" + tail,
        "v1 live gen=1 size=7 on=a",
        "v1 live gen=1 xxh3=" + xxh3 + " size=7 on=a",
        "v1 live gen=1 xxh3=" + xxh3 + " on=a",
        "v1 live gen=1 size=7 xxh3= on=a",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + "0 on=a",
        "v1 live gen=1 size=7 xxh3=" + xxh3.substr(2) + " on=a",
        "v1 live gen=1 size=7 xxh3=00112233445566778899AABBCCDDEEFF on=a",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " md5= on=a",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " md5=00 on=a",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=a md5=" + md5,
        "v1 live gen=1 size=7 xxh3=" + xxh3,
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=,",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=a,",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=,a",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=a,,b",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=a, b",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=A",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=a/b",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=..",
        "v1 live gen=1 size=7 xxh3=" + xxh3 + " on=" + std::string(65, 'a'),
    }));
    CAPTURE(line);
    CHECK(parse_record(line).error() == errc::format_damaged);
    CHECK(read_record(line).error() == errc::format_damaged);
}

TEST_CASE("A record can be read without a copy, and says the same")
{
    auto of = example();
    of.event = of.generation + 1;
    of.conditional = 5;
    of.volumes.resize(GENERATE(as<std::size_t>(), 0, 1, 2));
    const auto line = print(of);
    const auto view = read_record(line).value();
    CHECK(view.is == of.is);
    CHECK(view.generation == of.generation);
    CHECK(view.event == of.event);
    CHECK(view.conditional == of.conditional);
    CHECK(view.size == of.size);
    CHECK(view.xxh3 == of.xxh3);
    CHECK(view.md5 == of.md5);
    CHECK(line.ends_with(view.volumes));
    std::vector<std::string> names;
    for (auto list = view.volumes; !list.empty();)
        names.emplace_back(take_name(list));
    CHECK(names == of.volumes);
}

TEST_CASE("A record of a newer version is not guessed at")
{
    CHECK(parse_record("v2 live something=new").error() == errc::format_newer);
    CHECK(parse_record("v2").error() == errc::format_newer);
    CHECK(parse_record("v17 x").error() == errc::format_newer);
}

// The last field has no end of its own, so a line cut within it can be a record with fewer volumes.
TEST_CASE("A line cut before its last field is refused, and none is taken for the whole")
{
    const auto of = example();
    const auto line = print(of);
    const auto last_field = line.find(" on=");
    for (std::size_t length = 0; length < line.size(); ++length)
    {
        CAPTURE(length);
        const auto cut = parse_record(std::string_view(line).substr(0, length));
        if (length < last_field + 4)
            CHECK(cut.error() == errc::format_damaged);
        else
            CHECK((cut.has_error() || cut.value() != of));
    }
}

TEST_CASE("No flipped bit is taken for the same record")
{
    const auto of = example();
    const auto line = print(of);
    for (std::size_t bit = 0; bit < line.size() * 8; ++bit)
    {
        auto flipped = line;
        flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << bit % 8));
        CAPTURE(flipped);
        const auto parsed = parse_record(flipped);
        CHECK((parsed.has_error() || parsed.value() != of));
        CHECK((parsed.has_error() || print(parsed.value()) == flipped));
    }
}

TEST_CASE("Volume names are short and plain")
{
    CHECK(is_volume_name("a"));
    CHECK(is_volume_name("vol-1f2e"));
    CHECK(is_volume_name(std::string(64, 'a')));
    const auto name = GENERATE(values<std::string>({"",
        "A",
        "a b",
        "a_b",
        "a.b",
        "a/b",
        "a,b",
        "a=b",
        "a\n",
        "\xc3\xa4",
        std::string("a\0", 2),
        std::string(65, 'a')}));
    CAPTURE(name);
    CHECK_FALSE(is_volume_name(name));
}

TEST_CASE("An entity tag is a digest in quotes that no client takes for an MD5")
{
    CHECK(etag_of(xxh3_of("")) == "\"xxh3-99aa06d3014798d86001c324468d497f\"");
}

TEST_CASE("Generations are microseconds")
{
    CHECK(unix_seconds_of(0) == 0);
    CHECK(unix_seconds_of(1'763'818'031'999'999) == 1'763'818'031);
}
