#pragma once

// The arguments of a program against its table, before anything is stored. Pure.

#include "common/config/settings.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace smol::config {

// A value on its way to its row, and where it came from.
struct assignment
{
    const setting* row;
    std::string value;
    std::string source;
};

// What the command line says, before anything is stored.
struct command_line
{
    verdict is = verdict::run;
    std::string message;
    std::vector<assignment> values;
    std::vector<std::string> operands;
    std::string file;  // --config
};

command_line read_command_line(const program& of, const std::vector<std::string>& arguments);

// "; did you mean --port?", or nothing.
std::string suggestion(std::string_view word, const std::vector<std::string>& known);

}  // namespace smol::config
