#include "master/write_set.hpp"

#include <catch2/catch.hpp>

#include <map>
#include <random>
#include <string>

namespace smol::master {

namespace {

using table = std::map<std::string, std::string>;

write_set set_over(const table& below)
{
    return write_set([&below](family, std::string_view key) -> result<std::optional<std::string>> {
        const auto found = below.find(std::string(key));
        if (found == below.end())
            return std::optional<std::string>();
        return std::optional(found->second);
    });
}

}  // namespace

TEST_CASE("a write set reads what it wrote, else what is below")
{
    const table below{{"a", "1"}, {"b", "2"}};
    auto set = set_over(below);
    set.put(family::records, "a", "new");
    set.remove(family::records, "b");
    CHECK(**set.get(family::records, "a") == "new");
    CHECK_FALSE(set.get(family::records, "b")->has_value());
    CHECK(**set.get(family::meta, "a") == "1");
    CHECK(set.steps().size() == 2);
}

TEST_CASE("a change that fails leaves a write set as it was")
{
    std::mt19937 dice(3);
    const table below{{"0", "x"}, {"1", "y"}};
    auto set = set_over(below);
    table expected = below;
    for (int round = 0; round < 2000; ++round)
    {
        const auto fails = dice() % 2 == 0;
        auto trial = expected;
        change one;
        one.decide = [&](change_view& view) -> result<void> {
            for (auto left = dice() % 4; left > 0; --left)
            {
                const auto key = std::to_string(dice() % 5);
                const auto value = std::to_string(dice());
                if (dice() % 3 == 0)
                {
                    view.remove(family::records, key);
                    trial.erase(key);
                    continue;
                }
                view.put(family::records, key, value);
                trial[key] = value;
            }
            if (fails)
                return errc::write_conflict;
            return {};
        };
        const auto steps_before = set.steps().size();
        CHECK(set.run(one).has_error() == fails);
        if (fails)
            REQUIRE(set.steps().size() == steps_before);
        else
            expected = trial;
        for (int key = 0; key < 5; ++key)
        {
            const auto found = *set.get(family::records, std::to_string(key));
            const auto wanted = expected.find(std::to_string(key));
            REQUIRE(found.has_value() == (wanted != expected.end()));
            if (found)
                REQUIRE(*found == wanted->second);
        }
    }
}

}  // namespace smol::master
