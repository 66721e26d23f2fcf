#include "cli/answers.hpp"

#include "common/key/object_key.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace smol::cli {

namespace {

namespace json = boost::json;

result<json::object> parse_object(std::string_view text)
{
    boost::system::error_code ec;
    auto parsed = json::parse(json::string_view(text.data(), text.size()), ec);
    if (ec || !parsed.is_object())
        return errc::format_damaged;
    return std::move(parsed.as_object());
}

// Empty or zero where the member is missing or of another kind.
std::string text_at(const json::object& from, std::string_view name)
{
    const auto* found = from.if_contains(json::string_view(name.data(), name.size()));
    const auto* text = found ? found->if_string() : nullptr;
    return text ? std::string(text->data(), text->size()) : std::string();
}

std::uint64_t number_at(const json::object& from, std::string_view name)
{
    const auto* found = from.if_contains(json::string_view(name.data(), name.size()));
    if (!found)
        return 0;
    if (const auto* value = found->if_uint64())
        return *value;
    const auto* value = found->if_int64();
    return value && *value > 0 ? static_cast<std::uint64_t>(*value) : 0;
}

bool flag_at(const json::object& from, std::string_view name)
{
    const auto* found = from.if_contains(json::string_view(name.data(), name.size()));
    const auto* flag = found ? found->if_bool() : nullptr;
    return flag && *flag;
}

const json::array* array_at(const json::object& from, std::string_view name)
{
    const auto* found = from.if_contains(json::string_view(name.data(), name.size()));
    return found ? found->if_array() : nullptr;
}

replica_facts replica_of(const json::object& from)
{
    replica_facts one;
    one.volume = text_at(from, "volume");
    one.is_up = flag_at(from, "up");
    one.url = text_at(from, "url");
    one.path = text_at(from, "path");
    return one;
}

volume_facts volume_of(const json::object& from)
{
    volume_facts one;
    one.name = text_at(from, "name");
    one.address = text_at(from, "address");
    one.state = text_at(from, "state");
    one.health = text_at(from, "health");
    one.capacity_bytes = number_at(from, "capacity");
    one.free_bytes = number_at(from, "free");
    one.blobs = number_at(from, "blobs");
    one.staged = number_at(from, "staged");
    return one;
}

}  // namespace

std::string parse_refusal(std::string_view text)
{
    const auto parsed = parse_object(text);
    return parsed ? text_at(*parsed, "message") : std::string();
}

result<std::string> parse_location(std::string_view text)
{
    const auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    auto url = text_at(*parsed, "url");
    if (url.empty())
        return errc::format_damaged;
    return url;
}

result<key_page> parse_key_page(std::string_view text)
{
    const auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    const auto* keys = array_at(*parsed, "keys");
    if (!keys || !parsed->contains("next"))
        return errc::format_damaged;
    key_page page;
    page.next = text_at(*parsed, "next");
    page.keys.reserve(keys->size());
    for (const auto& one : *keys)
    {
        const auto* path = one.if_string();
        if (!path)
            return errc::format_damaged;
        auto bytes = key::decode(std::string_view(path->data(), path->size()));
        if (!bytes)
            return errc::format_damaged;
        page.keys.push_back(std::move(*bytes));
    }
    return page;
}

result<value_facts> parse_value_facts(std::string_view text)
{
    const auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    value_facts facts;
    facts.state = text_at(*parsed, "state");
    facts.generation = number_at(*parsed, "generation");
    facts.size = number_at(*parsed, "size");
    facts.etag = text_at(*parsed, "etag");
    facts.md5 = text_at(*parsed, "md5");
    facts.modified = text_at(*parsed, "modified");
    const auto* replicas = array_at(*parsed, "replicas");
    if (facts.state.empty() || facts.generation == 0 || !replicas)
        return errc::format_damaged;
    for (const auto& one : *replicas)
    {
        if (!one.is_object())
            return errc::format_damaged;
        facts.replicas.push_back(replica_of(one.get_object()));
    }
    return facts;
}

result<store_facts> parse_store_facts(std::string_view text)
{
    const auto parsed = parse_object(text);
    if (!parsed)
        return parsed.error();
    store_facts facts;
    facts.version = text_at(*parsed, "version");
    facts.cluster = text_at(*parsed, "cluster");
    facts.uptime_ms = number_at(*parsed, "uptime_ms");
    facts.is_ready = flag_at(*parsed, "ready");
    facts.missing = text_at(*parsed, "missing");
    facts.keys = number_at(*parsed, "keys");
    facts.pending_deletions = number_at(*parsed, "pending_deletions");
    const auto* volumes = array_at(*parsed, "volumes");
    if (!volumes)
        return errc::format_damaged;
    for (const auto& one : *volumes)
    {
        if (!one.is_object())
            return errc::format_damaged;
        facts.volumes.push_back(volume_of(one.get_object()));
    }
    return facts;
}

std::string json_text(std::string_view text)
{
    return json::serialize(json::string_view(text.data(), text.size()));
}

std::string json_key(std::string_view key)
{
    return json_text(key::encode(key));
}

}  // namespace smol::cli
