#include "common/wire/messages.hpp"

#include "common/base/hex.hpp"
#include "common/wire/record.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <utility>

namespace smol::wire {
namespace {

namespace json = boost::json;
using namespace std::string_view_literals;

constexpr std::array outcome_names{"created"sv, "replaced"sv, "superseded"sv, "refused"sv};
constexpr std::array verdict_names{"publish"sv, "discard"sv, "wait"sv};
constexpr std::array health_names{"good"sv, "full"sv, "read_only"sv};

template <typename Enum, std::size_t Count>
std::string_view name_in(const std::array<std::string_view, Count>& names, Enum value) noexcept
{
    return names[static_cast<std::size_t>(value)];
}

std::string printed_key(std::string_view key)
{
    return percent_encode(key, "/");
}

json::object object_of(const receipt& of)
{
    json::object object{{"gen", of.generation}, {"size", of.size}, {"xxh3", to_hex(of.xxh3)}};
    if (of.md5)
        object["md5"] = to_hex(*of.md5);
    if (of.upload != 0)
        object["upload"] = of.upload;
    return object;
}

json::array array_of(const std::vector<staged_entry>& entries)
{
    json::array array;
    for (const auto& each : entries)
    {
        json::object one{
            {"key", printed_key(each.key)}, {"gen", each.generation}, {"first", each.first}};
        if (each.upload != 0)
            one["upload"] = each.upload;
        array.push_back(std::move(one));
    }
    return array;
}

// Members of one object. Whatever is missing or does not fit is remembered until `is_good` is
// asked.
class members
{
public:
    explicit members(const json::value& value) : object_(value.if_object()) {}

    bool is_good() const { return object_ && is_good_; }
    void require(bool condition) { is_good_ = is_good_ && condition; }

    bool has(std::string_view name) const { return object_ && object_->contains(name); }

    std::string text(std::string_view name)
    {
        const auto* const found = member(name);
        const auto* const string = found ? found->if_string() : nullptr;
        require(string);
        return string ? std::string(string->data(), string->size()) : std::string();
    }

    std::uint64_t number(
        std::string_view name, std::uint64_t most = std::numeric_limits<std::uint64_t>::max())
    {
        const auto* const found = member(name);
        error_code failure = errc::format_damaged;
        const bool is_whole = found && (found->is_int64() || found->is_uint64());
        const auto value = is_whole ? found->to_number<std::uint64_t>(failure) : 0;
        require(!failure && value <= most);
        return value;
    }

    bool truth(std::string_view name)
    {
        const auto* const found = member(name);
        const auto* const value = found ? found->if_bool() : nullptr;
        require(value);
        return value && *value;
    }

    std::string key(std::string_view name)
    {
        const auto encoded = text(name);
        auto decoded = percent_decode(encoded);
        require(decoded && !decoded->empty() && printed_key(*decoded) == encoded);
        return decoded ? std::move(*decoded) : std::string();
    }

    std::string volume(std::string_view name)
    {
        auto volume = text(name);
        require(is_volume_name(volume));
        return volume;
    }

    std::array<std::byte, 16> digest(std::string_view name)
    {
        std::array<std::byte, 16> digest{};
        const auto bytes = from_hex(text(name));
        const bool fits = bytes && bytes->size() == digest.size();
        require(fits);
        if (fits)
            std::memcpy(digest.data(), bytes->data(), digest.size());
        return digest;
    }

    template <typename Enum, std::size_t Count>
    Enum one_of(std::string_view name, const std::array<std::string_view, Count>& names)
    {
        return find_in<Enum>(text(name), names);
    }

    template <typename Enum, std::size_t Count>
    Enum find_in(std::string_view name, const std::array<std::string_view, Count>& names)
    {
        const auto found = std::find(names.begin(), names.end(), name);
        require(found != names.end());
        return found == names.end() ? Enum{} : static_cast<Enum>(found - names.begin());
    }

    const json::array& array(std::string_view name)
    {
        static const json::array none;
        const auto* const found = member(name);
        const auto* const value = found ? found->if_array() : nullptr;
        require(value);
        return value ? *value : none;
    }

    std::vector<std::string> texts(std::string_view name)
    {
        std::vector<std::string> all;
        for (const auto& each : array(name))
        {
            const auto* const string = each.if_string();
            require(string);
            if (string)
                all.emplace_back(string->data(), string->size());
        }
        return all;
    }

    std::vector<staged_entry> entries(std::string_view name)
    {
        std::vector<staged_entry> all;
        for (const auto& each : array(name))
        {
            members entry(each);
            all.push_back({entry.key("key"),
                entry.number("gen"),
                entry.has("first") && entry.truth("first"),
                entry.has("upload") ? entry.number("upload") : 0});
            require(entry.is_good());
        }
        return all;
    }

private:
    const json::value* member(std::string_view name) const
    {
        return object_ ? object_->if_contains(name) : nullptr;
    }

    const json::object* object_;
    bool is_good_ = true;
};

// Runs `read` over the members of the object that `text` is.
template <typename Message, typename Read>
result<Message> parse_object(std::string_view text, Read read)
{
    error_code failure;
    const auto value = json::parse(text, failure);
    if (failure)
        return errc::format_damaged;
    members of(value);
    Message message;
    read(of, message);
    if (!of.is_good())
        return errc::format_damaged;
    return message;
}

void read_receipt(members& of, receipt& into)
{
    into.generation = of.number("gen");
    into.size = of.number("size");
    into.xxh3 = of.digest("xxh3");
    if (of.has("md5"))
        into.md5 = of.digest("md5");
    if (of.has("upload"))
        into.upload = of.number("upload");
}

}  // namespace

std::string_view name_of(health is) noexcept
{
    return name_in(health_names, is);
}

std::string print(const receipt& of)
{
    return json::serialize(object_of(of));
}

std::string print(const commit_request& of)
{
    auto object = object_of(of.value);
    object["key"] = printed_key(of.key);
    object["ticket"] = of.ticket;
    object["volumes"] = json::value_from(of.volumes);
    return json::serialize(object);
}

std::string print(const commit_answer& of)
{
    return json::serialize(
        json::object{{"outcome", name_in(outcome_names, of.outcome)}, {"reason", of.reason}});
}

std::string print(const staged_query& of)
{
    return json::serialize(json::object{{"volume", of.volume}, {"entries", array_of(of.entries)}});
}

std::string print(const staged_answer& of)
{
    json::array verdicts;
    for (const auto each : of.verdicts)
        verdicts.emplace_back(name_in(verdict_names, each));
    return json::serialize(json::object{{"verdicts", std::move(verdicts)}});
}

std::string print(const publish_request& of)
{
    return json::serialize(json::object{{"volume", of.volume}, {"entries", array_of(of.entries)}});
}

std::string print(const beat& of)
{
    return json::serialize(json::object{
        {"volume", of.volume},
        {"cluster", of.cluster},
        {"public_url", of.public_url},
        {"port", of.port},
        {"capacity_bytes", of.capacity_bytes},
        {"free_bytes", of.free_bytes},
        {"free_inodes", of.free_inodes},
        {"blobs", of.blobs},
        {"staged", of.staged},
        {"health", name_of(of.is)},
    });
}

std::string print(const beat_answer& of)
{
    return json::serialize(json::object{
        {"cluster", of.cluster},
        {"secret", of.secret},
        {"clock", of.clock},
        {"serve", of.serve},
        {"refusal", of.refusal},
    });
}

result<receipt> parse_receipt(std::string_view text)
{
    return parse_object<receipt>(text, read_receipt);
}

result<commit_request> parse_commit_request(std::string_view text)
{
    return parse_object<commit_request>(text, [](members& of, commit_request& into) {
        into.key = of.key("key");
        into.ticket = of.text("ticket");
        read_receipt(of, into.value);
        into.volumes = of.texts("volumes");
        of.require(std::all_of(into.volumes.begin(), into.volumes.end(), is_volume_name));
    });
}

result<commit_answer> parse_commit_answer(std::string_view text)
{
    return parse_object<commit_answer>(text, [](members& of, commit_answer& into) {
        into.outcome = of.one_of<commit_outcome>("outcome", outcome_names);
        into.reason = of.text("reason");
    });
}

result<staged_query> parse_staged_query(std::string_view text)
{
    return parse_object<staged_query>(text, [](members& of, staged_query& into) {
        into.volume = of.volume("volume");
        into.entries = of.entries("entries");
    });
}

result<staged_answer> parse_staged_answer(std::string_view text)
{
    return parse_object<staged_answer>(text, [](members& of, staged_answer& into) {
        for (const auto& each : of.texts("verdicts"))
            into.verdicts.push_back(of.find_in<staged_verdict>(each, verdict_names));
    });
}

result<publish_request> parse_publish_request(std::string_view text)
{
    return parse_object<publish_request>(text, [](members& of, publish_request& into) {
        into.volume = of.volume("volume");
        into.entries = of.entries("entries");
    });
}

result<beat> parse_beat(std::string_view text)
{
    return parse_object<beat>(text, [](members& of, beat& into) {
        into.volume = of.volume("volume");
        into.cluster = of.text("cluster");
        into.public_url = of.text("public_url");
        const auto port = of.number("port", std::numeric_limits<std::uint16_t>::max());
        into.port = static_cast<std::uint16_t>(port);
        into.capacity_bytes = of.number("capacity_bytes");
        into.free_bytes = of.number("free_bytes");
        into.free_inodes = of.number("free_inodes");
        into.blobs = of.number("blobs");
        into.staged = of.number("staged");
        into.is = of.one_of<health>("health", health_names);
    });
}

result<beat_answer> parse_beat_answer(std::string_view text)
{
    return parse_object<beat_answer>(text, [](members& of, beat_answer& into) {
        into.cluster = of.text("cluster");
        into.secret = of.text("secret");
        into.clock = of.number("clock");
        into.serve = of.truth("serve");
        into.refusal = of.text("refusal");
    });
}

}  // namespace smol::wire
