#include "common/wire/identity.hpp"

#include "common/wire/record.hpp"

#include <boost/json.hpp>

#include <cstdint>

namespace smol::wire {
namespace {

namespace json = boost::json;

constexpr std::int64_t format = 1;

std::string text_of(const json::object& object, std::string_view name)
{
    const auto* const member = object.if_contains(name);
    const auto* const text = member ? member->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

}  // namespace

std::string print(const identity& of)
{
    const json::object object{{"format", format}, {"name", of.name}, {"cluster", of.cluster}};
    return json::serialize(object) + "\n";
}

result<identity> parse_identity(std::string_view text)
{
    error_code failure;
    const auto value = json::parse(text, failure);
    const auto* const object = failure ? nullptr : value.if_object();
    if (!object)
        return errc::format_damaged;
    const auto* const version = object->if_contains("format");
    if (!version || !version->is_int64() || version->get_int64() < 1)
        return errc::format_damaged;
    if (version->get_int64() > format)
        return errc::format_newer;
    identity found{text_of(*object, "name"), text_of(*object, "cluster")};
    if (!is_volume_name(found.name))
        return errc::format_damaged;
    return found;
}

}  // namespace smol::wire
