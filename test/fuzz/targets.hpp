#pragma once

// All fuzz targets; each throws `broken` when a property does not hold. One file a target, of the
// same name; its corpus is test/fuzz/corpus/<name>.

#include <array>
#include <string_view>

namespace smol::fuzz {

void byte_range(std::string_view input);
void chunked(std::string_view input);
void conditional(std::string_view input);
void description(std::string_view input);
void encoding(std::string_view input);
void front_door(std::string_view input);
void http_date(std::string_view input);
void identity(std::string_view input);
void key(std::string_view input);
void listing(std::string_view input);
void messages(std::string_view input);
void numbers(std::string_view input);
void record(std::string_view input);
void response(std::string_view input);
void settings(std::string_view input);
void signature(std::string_view input);
void stored_headers(std::string_view input);
void ticket(std::string_view input);

struct named_target
{
    std::string_view name;
    void (*run)(std::string_view);
};

inline constexpr std::array all_targets{
    named_target{"byte_range", byte_range},
    named_target{"chunked", chunked},
    named_target{"conditional", conditional},
    named_target{"description", description},
    named_target{"encoding", encoding},
    named_target{"front_door", front_door},
    named_target{"http_date", http_date},
    named_target{"identity", identity},
    named_target{"key", key},
    named_target{"listing", listing},
    named_target{"messages", messages},
    named_target{"numbers", numbers},
    named_target{"record", record},
    named_target{"response", response},
    named_target{"settings", settings},
    named_target{"signature", signature},
    named_target{"stored_headers", stored_headers},
    named_target{"ticket", ticket},
};

}  // namespace smol::fuzz
