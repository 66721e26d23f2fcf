#pragma once

// Header fields of one HTTP/1.x message, as a plain value. Pure.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::http {

struct field
{
    std::string_view name;   // as sent
    std::string_view value;  // without surrounding blanks
};

// Header fields in the order of arrival. Names compare without regard to case. Kept as the lines
// that they are in a message; a view of a field is good until the next change.
class fields
{
public:
    void add(std::string_view name, std::string_view value) { add(name, {value}); }
    // The value is `parts` one after the other.
    void add(std::string_view name, std::initializer_list<std::string_view> parts);
    void set(std::string_view name, std::string_view value);  // replaces all of that name
    void remove(std::string_view name);
    void clear() noexcept;  // keeps the memory

    // The first of that name.
    std::optional<std::string_view> find(std::string_view name) const;
    std::size_t count(std::string_view name) const;

    class iterator;
    iterator begin() const noexcept;
    iterator end() const noexcept;
    std::size_t size() const noexcept { return places_.size(); }
    field operator[](std::size_t at) const noexcept;

    // All of them, each with its line end. Only if `are_lines`; else a value has a line end within,
    // which `print` makes a blank.
    std::string_view lines() const noexcept { return lines_; }
    bool are_lines() const noexcept { return are_lines_; }

private:
    struct place
    {
        std::uint32_t begin;  // of the line in lines_
        std::uint32_t name_size;
        std::uint32_t value_size;
    };

    std::string lines_;
    std::vector<place> places_;
    bool are_lines_ = true;
};

class fields::iterator
{
public:
    using difference_type = std::ptrdiff_t;
    using value_type = field;

    iterator() = default;
    field operator*() const noexcept { return (*of_)[at_]; }
    iterator& operator++() noexcept
    {
        ++at_;
        return *this;
    }
    iterator operator++(int) noexcept { return {*of_, at_++}; }
    bool operator==(const iterator&) const = default;

private:
    friend class fields;
    iterator(const fields& of, std::size_t at) noexcept : of_(&of), at_(at) {}

    const fields* of_ = nullptr;
    std::size_t at_ = 0;
};

inline fields::iterator fields::begin() const noexcept
{
    return {*this, 0};
}

inline fields::iterator fields::end() const noexcept
{
    return {*this, size()};
}

bool equal_names(std::string_view a, std::string_view b) noexcept;

}  // namespace smol::http
