#pragma once

// What the subcommands' command lines have in common. Pure.

#include "cli/failure.hpp"
#include "common/config/settings.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace smol::cli {

// The words after the subcommand, and the process's variables.
struct invocation
{
    std::vector<std::string> arguments;
    std::map<std::string, std::string> environment;
};

// Rows that several subcommands have.
config::setting master_row(std::string& to);
config::setting jobs_row(std::uint64_t& to);
config::setting progress_row(std::size_t& to);
config::setting json_row(bool& to);

inline constexpr const char* master_default = "http://localhost:9000";

// A program of one subcommand. `synopsis` is what follows "smol <name>".
config::program subcommand(std::string name,
    std::string synopsis,
    std::string summary,
    std::vector<config::setting> settings,
    std::string operands);

// The operands, between `least` and `most` of them; or what ends the command here: usage, or ok
// with the page that --help asks for.
outcome<std::vector<std::string>> read_arguments(
    const config::program& of, const invocation& given, std::size_t least, std::size_t most);

// A usage failure that points at the help of the subcommand.
failure misuse(const config::program& of, std::string_view why);

// --master made into "host:port".
outcome<std::string> address_of_master(const config::program& of, std::string_view text);

}  // namespace smol::cli
