// The page that --help prints.

#include "common/config/settings.hpp"

#include <fmt/format.h>

namespace smol::config {

namespace {

constexpr std::size_t column = 30;  // where explanations begin
constexpr std::size_t width = 100;

// Breaks `text`, which begins at column `indent`, at blanks; further lines begin there too.
std::string wrapped(std::string_view text, std::size_t indent)
{
    std::string out;
    std::size_t used = indent;
    while (!text.empty())
    {
        const auto end = std::min(text.find(' '), text.size());
        const auto word = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool first = out.empty();
        if (!first && used + 1 + word.size() > width)
        {
            out += '\n' + std::string(indent, ' ');
            used = indent;
        }
        else if (!first)
        {
            out += ' ';
            ++used;
        }
        out += word;
        used += word.size();
    }
    return out;
}

std::string line_of(const std::string& left, std::string_view explanation)
{
    const auto pad = left.size() + 2 <= column ? std::string(column - left.size(), ' ')
                                               : '\n' + std::string(column, ' ');
    return left + pad + wrapped(explanation, column) + '\n';
}

std::string line_of(const setting& row)
{
    auto left = row.letter == 0 ? fmt::format("      {}", row.flag)
                                : fmt::format("  -{}, {}", row.letter, row.flag);
    if (!row.placeholder.empty())
        left += ' ' + row.placeholder;

    std::string sources;
    const bool is_plain_switch = row.placeholder.empty() && row.default_text == "off";
    if (!row.default_text.empty() && !is_plain_switch)
        sources = fmt::format("default {}", row.default_text);
    if (!row.environment.empty())
        sources += fmt::format("{}{}", sources.empty() ? "" : ", ", row.environment);
    const auto explanation = sources.empty() ? row.help : fmt::format("{} [{}]", row.help, sources);
    return line_of(left, explanation);
}

}  // namespace

std::string help(const program& of)
{
    auto page = fmt::format("Usage: {}\n\n{}\n\n", of.synopsis, wrapped(of.summary, 0));
    for (const auto& row : of.settings)
        page += line_of(row);
    if (of.reads_file)
        page += line_of("      --config FILE",
            "TOML file with any of the settings above, named without their dashes [SMOL_CONFIG]");
    page += line_of("  -h, --help", "This page");
    page += line_of("      --version", "The version");
    if (of.reads_file)
        page += "\nA flag overrules its environment variable, which overrules the file.\n";
    return page;
}

}  // namespace smol::config
