#include "common/io/file.hpp"
#include "common/io/transfer.hpp"
#include "test/support/temp_dir.hpp"
#include "volume/group_flush.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace smol;
using namespace smol::test;

struct world
{
    temp_dir directory;
    io::unique_fd root = io::open_directory(directory.path()).value();
    net::pool pool{3};
    volume::group_flush group{root.get(), pool};
};

std::vector<io::unique_fd> make_files(world& in, std::size_t count)
{
    std::vector<io::unique_fd> files;
    for (std::size_t i = 0; i < count; ++i)
    {
        auto made = io::create_file_at(in.root.get(), "f" + std::to_string(i));
        REQUIRE(made.has_value());
        REQUIRE(io::write_all_at(made->get(), as_bytes("abc"), 0));
        files.push_back(std::move(*made));
    }
    return files;
}

volume::flush_work work_of(const std::vector<io::unique_fd>& files)
{
    volume::flush_work work;
    for (const auto& one : files)
        work.files.push_back(one.get());
    work.directories = {".", "not-there"};
    return work;
}

TEST_CASE("groups of any size are flushed, together or one by one")
{
    world in;
    const std::size_t count = GENERATE(0U, 1U, 2U, 30U);
    const bool is_much_loose = GENERATE(false, true);
    in.group.wrote(is_much_loose ? 1 * GiB : 0);
    const auto files = make_files(in, count);
    CHECK(in.group.flush(work_of(files)));
}

TEST_CASE("whoever shares a flush shares its failure")
{
    world in;
    const bool is_much_loose = GENERATE(false, true);
    in.group.wrote(is_much_loose ? 1 * GiB : 0);
    const auto files = make_files(in, 20);
    auto work = work_of(files);
    work.files.front() = -1;
    CHECK(in.group.flush(work).error() == boost::system::errc::bad_file_descriptor);
    CHECK(in.group.flush(work_of(files)));
}

}  // namespace
