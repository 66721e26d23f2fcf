#include "common/http/fields.hpp"

#include <algorithm>
#include <utility>

namespace smol::http {
namespace {

constexpr char lower(char c) noexcept
{
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Three fast searches: a value that could is not expected.
bool may_end_line(std::string_view value) noexcept
{
    return value.find('\r') != value.npos || value.find('\n') != value.npos ||
           value.find('\0') != value.npos;
}

}  // namespace

void fields::add(std::string_view name, std::initializer_list<std::string_view> parts)
{
    const auto begin = lines_.size();
    lines_ += name;
    lines_ += ": ";
    const auto value_begin = lines_.size();
    for (const auto part : parts)
        lines_ += part;
    const auto value_size = lines_.size() - value_begin;
    lines_ += "\r\n";
    const auto value = std::string_view(lines_).substr(value_begin, value_size);
    are_lines_ = are_lines_ && !may_end_line(value);
    places_.push_back({static_cast<std::uint32_t>(begin),
        static_cast<std::uint32_t>(name.size()),
        static_cast<std::uint32_t>(value_size)});
}

void fields::set(std::string_view name, std::string_view value)
{
    if (!find(name))
        return add(name, value);
    const std::string kept(value);  // it may be a view of what goes
    remove(name);
    add(name, kept);
}

void fields::remove(std::string_view name)
{
    if (!find(name))
        return;
    fields rest;
    for (const auto each : *this)
    {
        if (!equal_names(each.name, name))
            rest.add(each.name, each.value);
    }
    *this = std::move(rest);
}

void fields::clear() noexcept
{
    lines_.clear();
    places_.clear();
    are_lines_ = true;
}

field fields::operator[](std::size_t at) const noexcept
{
    const auto& where = places_[at];
    const auto* const line = lines_.data() + where.begin;
    return {{line, where.name_size}, {line + where.name_size + 2, where.value_size}};
}

std::optional<std::string_view> fields::find(std::string_view name) const
{
    for (const auto& each : places_)
    {
        if (each.name_size != name.size())
            continue;
        const auto* const line = lines_.data() + each.begin;
        if (equal_names({line, each.name_size}, name))
            return std::string_view(line + each.name_size + 2, each.value_size);
    }
    return std::nullopt;
}

std::size_t fields::count(std::string_view name) const
{
    const auto found = std::count_if(
        begin(), end(), [&](const field& each) { return equal_names(each.name, name); });
    return static_cast<std::size_t>(found);
}

bool equal_names(std::string_view a, std::string_view b) noexcept
{
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
        return x == y || lower(x) == lower(y);
    });
}

}  // namespace smol::http
