#pragma once

// The parts of a request target: path and query parameters. Pure.

#include "common/base/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::http {

struct parameter
{
    std::string name;
    std::string value;  // percent-decoded; empty without "="
};

struct target
{
    std::string path;  // as sent, still encoded
    std::vector<parameter> query;

    bool has(std::string_view name) const;
    std::optional<std::string_view> find(std::string_view name) const;
};

// query_invalid: a name twice, bad percent-encoding, or more than 16 parameters.
// "+" stays a plus: this is not a form.
result<target> parse_target(std::string_view raw);
// The same into `parsed`, whose memory is used again; without query after an error.
result<void> parse_target(std::string_view raw, target& parsed);

}  // namespace smol::http
