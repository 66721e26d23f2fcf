// What a blob says of itself: one spelling, and nothing in it that could end a line of a response.

#include "common/wire/description.hpp"

#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <string>

namespace smol::fuzz {
namespace {

bool is_safe(std::string_view text)
{
    return std::none_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 32 || c == 127;
    });
}

}  // namespace

void description(std::string_view input)
{
    const auto found = wire::parse_description("k", input);
    require(!wire::parse_description("", input), "a blob has a key");
    if (!found)
        return;
    require(found->key == "k", "the key is what its own attribute says");
    require(wire::print(*found) == input, "a description has one spelling");
    http::fields fields;
    http::give_stored_headers(found->headers, fields);
    for (const auto& each : fields)
    {
        require(is_safe(each.name) && is_safe(each.value), "no control bytes in headers");
        require(each.name.find_first_of(": ") == std::string::npos, "a name is a token");
    }
    const auto kept = http::take_stored_headers(fields);
    if (kept && found->headers.content_type.size() == kept->content_type.size())
        require(*kept == found->headers, "headers come back as they were stored");
}

}  // namespace smol::fuzz
