#include "master/delivery_queue.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

namespace smol::master {

namespace {

enum class step
{
    enters,       // the next entry: "0", "1", ...
    enters_many,  // as many as are held
    wakes,
    takes,
    skips_all,  // that was ever entered
    fails,
    rests,
};

// What is told of each step.
const std::string begins = "begins";
const std::string on = "";  // somebody is at it
const std::string scan = "scan";
const std::string ended = "ended";

class driver
{
public:
    std::string does(step one)
    {
        switch (one)
        {
        case step::enters:
            return enter();
        case step::enters_many:
            for (std::size_t i = 1; i < delivery_queue::entries_max; ++i)
                enter();
            return enter();
        case step::wakes:
            return queue_.wake() ? begins : on;
        case step::takes:
            return take();
        case step::skips_all:
            queue_.skip(entered_);
            return on;
        case step::fails:
            queue_.fail();
            return on;
        case step::rests:
            return queue_.rest() ? ended : on;
        }
        return "unknown";
    }

private:
    std::string enter()
    {
        entered_.push_back(std::to_string(entered_.size()));
        return queue_.enter({entered_.back(), "key"}) ? begins : on;
    }

    // "scan", "ended", or the entries: "0 1", and for many how many.
    std::string take()
    {
        const auto work = queue_.take();
        if (!work)
            return ended;
        if (work->is_scan)
            return work->entries.empty() ? scan : "scan and entries";
        if (work->entries.size() > 9)
            return std::to_string(work->entries.size()) + " entries";
        std::string told;
        for (const auto& one : work->entries)
            told += (told.empty() ? "" : " ") + one.key;
        return told;
    }

    delivery_queue queue_;
    std::vector<std::string> entered_;
};

struct row
{
    std::string name;
    std::vector<std::pair<step, std::string>> steps;
};

using enum step;

const std::vector<row> rows{
    {"at start the index is read, once",
        {{enters, begins}, {takes, scan}, {takes, ended}, {enters, begins}, {takes, "1"}}},
    {"at start nothing is held that the scan will see",
        {{enters, begins}, {enters, on}, {takes, scan}, {takes, ended}}},
    {"what is entered while it scans is held",
        {{wakes, begins},
            {takes, scan},
            {enters, on},
            {enters, on},
            {takes, "0 1"},
            {takes, ended}}},
    {"what a scan delivers is not delivered again",
        {{wakes, begins}, {takes, scan}, {enters, on}, {skips_all, on}, {takes, ended}}},
    {"what is entered while it delivers is delivered next",
        {{wakes, begins},
            {takes, scan},
            {enters, on},
            {takes, "0"},
            {enters, on},
            {takes, "1"},
            {takes, ended}}},
    {"what fails is read from the index, with all that is held",
        {{wakes, begins},
            {takes, scan},
            {enters, on},
            {takes, "0"},
            {enters, on},
            {fails, on},
            {enters, on},
            {takes, scan},
            {takes, ended}}},
    {"a scan that fails is repeated",
        {{wakes, begins}, {takes, scan}, {enters, on}, {fails, on}, {takes, scan}, {takes, ended}}},
    {"a join while it scans asks for another scan",
        {{wakes, begins}, {takes, scan}, {wakes, on}, {takes, scan}, {takes, ended}}},
    {"a join while something is held asks for a scan only",
        {{wakes, begins},
            {takes, scan},
            {enters, on},
            {wakes, on},
            {enters, on},
            {takes, scan},
            {takes, ended}}},
    {"a join while it delivers asks for a scan",
        {{wakes, begins},
            {takes, scan},
            {enters, on},
            {takes, "0"},
            {wakes, on},
            {takes, scan},
            {takes, ended}}},
    {"a page is taken of much",
        {{wakes, begins},
            {takes, scan},
            {enters_many, on},
            {takes, "256 entries"},
            {takes, "256 entries"}}},
    {"too many to be held are read from the index",
        {{wakes, begins},
            {takes, scan},
            {enters_many, on},
            {enters, on},
            {enters, on},
            {takes, scan},
            {takes, ended}}},
    {"nothing is held between an overflow and its scan",
        {{wakes, begins},
            {takes, scan},
            {enters_many, on},
            {enters_many, on},
            {takes, scan},
            {enters, on},
            {takes, "8192"},
            {takes, ended}}},
    {"who finds the volume away ends, and a join begins with a scan",
        {{wakes, begins},
            {takes, scan},
            {rests, ended},
            {wakes, begins},
            {takes, scan},
            {takes, ended}}},
    {"a page that finds the volume away is not lost",
        {{wakes, begins},
            {takes, scan},
            {enters, on},
            {takes, "0"},
            {rests, ended},
            {enters, begins},
            {takes, scan},
            {takes, ended}}},
    {"a join since work was taken has the volume looked for again",
        {{wakes, begins}, {takes, scan}, {wakes, on}, {rests, on}, {takes, scan}, {rests, ended}}},
    {"an entry since work was taken has the volume looked for again",
        {{wakes, begins}, {takes, scan}, {enters, on}, {rests, on}, {takes, scan}, {takes, ended}}},
    {"an older join does not keep it from ending",
        {{wakes, begins}, {wakes, on}, {takes, scan}, {rests, ended}, {enters, begins}}},
};

}  // namespace

TEST_CASE("deletions are held in memory, and read from the index when some may be missing there")
{
    for (const auto& row : rows)
    {
        driver one;
        std::string told;
        std::string expected;
        for (const auto& [does, tells] : row.steps)
        {
            told += one.does(does) + ";";
            expected += tells + ";";
        }
        INFO(row.name);
        CHECK(told == expected);
    }
}

}  // namespace smol::master
