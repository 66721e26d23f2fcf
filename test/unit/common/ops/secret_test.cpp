#include "common/ops/secret.hpp"
#include "test/support/temp_dir.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

namespace {

using namespace smol;
using smol::test::temp_dir;

std::string file_with(const temp_dir& in, const std::string& content, mode_t mode)
{
    const auto path = in / "secret";
    std::ofstream(path) << content;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    return path;
}

TEST_CASE("a secret is read without its final newline")
{
    const temp_dir directory;
    const std::string secret = "0123456789abcdef";
    CHECK(ops::read_secret_file(file_with(directory, secret, 0600)).value() == secret);
    CHECK(ops::read_secret_file(file_with(directory, secret + "\n", 0400)).value() == secret);
    const auto two = secret + "\n\n";
    CHECK(ops::read_secret_file(file_with(directory, two, 0600)).value() == secret + "\n");
}

TEST_CASE("a secret that others can read, or that is no secret, is refused")
{
    const temp_dir directory;
    const std::string good(32, 'x');
    for (const mode_t mode : {0640U, 0604U, 0666U, 0440U, 0444U, 0620U, 0601U})
    {
        CAPTURE(mode);
        const auto path = file_with(directory, good, mode);
        CHECK(ops::read_secret_file(path).error() == errc::secret_unsafe);
    }
    for (const auto& content : {std::string(),
             std::string("short"),
             std::string("0123456789abcde\n"),
             std::string(5'000, 'x')})
    {
        CAPTURE(content.size());
        const auto path = file_with(directory, content, 0600);
        CHECK(ops::read_secret_file(path).error() == errc::secret_unsafe);
    }
    CHECK(ops::read_secret_file(directory / "none").error() == errc::secret_unsafe);
    CHECK(ops::read_secret_file(directory.path()).error() == errc::secret_unsafe);
}

TEST_CASE("a systemd credential may be readable by its group")
{
    const temp_dir directory;
    const auto path = file_with(directory, std::string(32, 'x'), 0440);
    ::setenv("CREDENTIALS_DIRECTORY", directory.path().c_str(), 1);
    const bool is_root = ::getuid() == 0;
    CHECK(ops::read_secret_file(path).has_value() == is_root);
    ::setenv("CREDENTIALS_DIRECTORY", "/nowhere", 1);
    CHECK(ops::read_secret_file(path).error() == errc::secret_unsafe);
    ::unsetenv("CREDENTIALS_DIRECTORY");
}

}  // namespace
