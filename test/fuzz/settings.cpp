// The command line: one argument a line. It runs, helps, or refuses with a sentence; what is stored
// is what the last good flag said.

#include "common/config/settings.hpp"

#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <string>
#include <vector>

namespace smol::fuzz {
namespace {

struct bound
{
    std::string db = "olivedb";
    std::uint64_t bytes = 7;
    std::uint16_t port = 9000;
    std::chrono::milliseconds time{1000};
    bool protect = false;
    std::size_t route = 0;
};

config::program program_of(bound& to)
{
    return {"p",
        "p",
        "A program.",
        {config::text("--db", "P_DB", "DIR", to.db, "A directory."),
            config::size("--bytes", "", to.bytes, "A size."),
            config::with_letter('p', config::port("--port", "P_PORT", to.port, "A port.")),
            config::duration("--time", "", to.time, "A time."),
            config::with_letter('x', config::toggle("--protect", "", to.protect, "Or not.")),
            config::choice("--redirect", "", {"auto", "always", "never"}, to.route, "Where.")},
        "[DIR...]",
        false};
}

}  // namespace

void settings(std::string_view input)
{
    static bound to;
    static const auto program = program_of(to);
    to = bound();
    std::vector<std::string> arguments;
    for (parts lines(input); !lines.is_empty() && arguments.size() < 8;)
        arguments.emplace_back(lines.line());
    const auto first = config::parse(program, arguments, {});
    const auto stored = to;
    require(first.message.empty() == (first.is != config::verdict::invalid),
        "a refusal has a sentence");
    require(to.route < 3, "one of the choices");
    require(first.is != config::verdict::run || first.operands.size() <= arguments.size(),
        "operands are arguments");
    to = bound();
    const auto second = config::parse(program, arguments, {});
    require(second.is == first.is && second.message == first.message &&
                second.operands == first.operands && to.db == stored.db && to.port == stored.port,
        "the same again");
}

}  // namespace smol::fuzz
