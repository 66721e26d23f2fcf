#include "common/config/settings.hpp"

#include "common/config/command_line.hpp"
#include "common/config/toml_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

extern "C" char** environ;  // environ(7)

namespace smol::config {

namespace {

using variables = std::map<std::string, std::string>;

std::string variable(const variables& environment, const std::string& name)
{
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

// Adds the file's values to `all`; a sentence if it cannot.
std::optional<std::string> add_file(
    const program& of, const std::string& path, std::vector<assignment>& all)
{
    auto file = read_toml_file(path);
    if (!file.failure.empty())
        return std::move(file.failure);
    std::vector<std::string> known;
    for (const auto& row : of.settings)
        known.push_back(row.flag.substr(2));
    for (auto& one : file.values)
    {
        auto source = fmt::format("{} line {}: {}", path, one.line, one.name);
        const auto row = std::find(known.begin(), known.end(), one.name);
        if (row == known.end())
            return fmt::format(
                "{} is no setting of {}{}", source, of.name, suggestion(one.name, known));
        const auto index = static_cast<std::size_t>(row - known.begin());
        all.push_back({&of.settings[index], std::move(one.value), std::move(source)});
    }
    return std::nullopt;
}

void add_environment(const program& of, const variables& environment, std::vector<assignment>& all)
{
    for (const auto& row : of.settings)
    {
        if (row.environment.empty())
            continue;
        auto value = variable(environment, row.environment);
        if (!value.empty())
            all.push_back({&row, std::move(value), row.environment});
    }
}

outcome invalid(const program& of, std::string_view why)
{
    outcome refused;
    refused.is = verdict::invalid;
    refused.message = fmt::format("{}: {} (see {} --help)", of.name, why, of.name);
    return refused;
}

}  // namespace

outcome parse(const program& of,
    const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment)
{
    auto line = read_command_line(of, arguments);
    if (line.is == verdict::invalid)
        return invalid(of, line.message);
    outcome told;
    told.is = line.is;
    if (line.is != verdict::run)
        return told;

    std::vector<assignment> all;
    if (line.file.empty() && of.reads_file)
        line.file = variable(environment, "SMOL_CONFIG");
    if (!line.file.empty())
        if (const auto why = add_file(of, line.file, all))
            return invalid(of, *why);
    add_environment(of, environment, all);
    std::move(line.values.begin(), line.values.end(), std::back_inserter(all));

    for (const auto& one : all)
        if (!one.row->store(one.value))
            return invalid(
                of, fmt::format("{}: '{}' is not {}", one.source, one.value, one.row->expects));
    told.operands = std::move(line.operands);
    return told;
}

std::map<std::string, std::string> process_environment()
{
    std::map<std::string, std::string> all;
    for (char** one = environ; one && *one; ++one)
    {
        const std::string_view entry = *one;
        const auto equals = entry.find('=');
        if (equals != std::string_view::npos)
            all.emplace(entry.substr(0, equals), entry.substr(equals + 1));
    }
    return all;
}

}  // namespace smol::config
