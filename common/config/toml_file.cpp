#define TOML_HEADER_ONLY 1
#define TOML_EXCEPTIONS 0

#include "common/config/toml_file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <optional>

namespace smol::config {

namespace {

std::optional<std::string> text_of(const toml::node& node)
{
    if (const auto* text = node.as_string())
        return text->get();
    if (const auto* number = node.as_integer())
        return fmt::format("{}", number->get());
    if (const auto* flag = node.as_boolean())
        return flag->get() ? "true" : "false";
    return std::nullopt;
}

}  // namespace

file_values read_toml_file(const std::string& path)
{
    const auto parsed = toml::parse_file(path);
    file_values read;
    if (!parsed)
    {
        const auto& why = parsed.error();
        const auto line = why.source().begin.line;
        const auto place = line == 0 ? path : fmt::format("{} line {}", path, line);
        read.failure = fmt::format("{}: {}", place, why.description());
        return read;
    }
    for (const auto& [name, node] : parsed.table())
    {
        const auto line = static_cast<std::size_t>(node.source().begin.line);
        auto value = text_of(node);
        if (!value)
        {
            read.failure = fmt::format(
                "{} line {}: '{}' must be a text in quotes, a whole number, true or false",
                path,
                line,
                name.str());
            return read;
        }
        read.values.push_back({std::string(name.str()), std::move(*value), line});
    }
    std::sort(read.values.begin(), read.values.end(), [](const auto& a, const auto& b) {
        return a.line < b.line;
    });
    return read;
}

}  // namespace smol::config
