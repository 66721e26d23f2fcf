#pragma once

// Settings of a program: flag > environment > TOML file > default, all from one table, which also
// prints --help. Pure but for reading the file that --config names.
//
// Every program also takes --help (-h), --version and, unless it says otherwise, --config FILE
// (SMOL_CONFIG). Each source is checked even where a stronger one overrules it: a bad line in the
// file is an error whatever the flags say.

#include "common/base/result.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace smol::config {

// One row: where a value may come from and where it goes.
struct setting
{
    std::string flag;          // "--db"; its TOML name is "db"
    std::string environment;   // "SMOL_DB"; empty: none
    std::string placeholder;   // "DIR"; empty for a switch, which takes no value
    std::string default_text;  // for --help; the default itself is what the bound variable holds
    std::string help;          // one sentence
    std::function<result<void>(std::string_view)> store;
    std::string expects;  // completes "… is not": "a port number from 0 to 65535"
    char letter = 0;      // 'j' for "-j"; 0: none
};

// Rows that bind a variable; its value at the time of the call is the default.
setting text(
    std::string flag, std::string env, std::string placeholder, std::string& to, std::string help);
setting number(std::string flag,
    std::string env,
    std::string placeholder,
    std::uint64_t& to,
    std::string help);
setting port(std::string flag, std::string env, std::uint16_t& to, std::string help);
setting size(std::string flag, std::string env, std::uint64_t& to, std::string help);
setting duration(
    std::string flag, std::string env, std::chrono::milliseconds& to, std::string help);
setting toggle(std::string flag, std::string env, bool& to, std::string help);
// One of `names`; stores its index.
setting choice(std::string flag,
    std::string env,
    std::vector<std::string> names,
    std::size_t& to,
    std::string help);

// The same row with a one-letter flag as well.
setting with_letter(char letter, setting row);

struct program
{
    std::string name;      // "master"
    std::string synopsis;  // "PORT=9000 master [--db DIR] …"
    std::string summary;   // a sentence or two
    std::vector<setting> settings;
    std::string operands;    // "[DIR...]"; empty: none are taken
    bool reads_file = true;  // knows --config
};

enum class verdict
{
    run,
    help,     // print help(), exit 0
    version,  // exit 0
    invalid,  // print `message` on standard error, exit 2
};

struct outcome
{
    verdict is = verdict::run;
    std::string message;
    std::vector<std::string> operands;
};

// `arguments`: without the program's name. `environment`: the process's variables; an empty one
// counts as unset. "--flag value", "--flag=value", "--no-toggle", "-j 4", "-j4", "-rl"; "--" ends
// the flags and
// "-" alone is an operand. An unknown flag is named with the nearest known one; a bad value with
// its source (flag, variable or file and line). SMOL_* variables that no row knows are ignored.
outcome parse(const program& of,
    const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment);

std::string help(const program& of);

std::map<std::string, std::string> process_environment();

}  // namespace smol::config
