#include "common/wire/messages.hpp"

#include "common/base/hex.hpp"
#include "common/wire/json_members.hpp"
#include "common/wire/record.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace smol::wire {
namespace {

using namespace std::string_view_literals;

constexpr std::array outcome_names{"created"sv, "replaced"sv, "superseded"sv, "refused"sv};
constexpr std::array verdict_names{"publish"sv, "discard"sv, "wait"sv};
constexpr std::array health_names{"good"sv, "full"sv, "read_only"sv};

template <typename Enum, std::size_t Count>
std::string_view name_in(const std::array<std::string_view, Count>& names, Enum value) noexcept
{
    return names[static_cast<std::size_t>(value)];
}

// Memory for the JSON of one message; a large one takes more.
struct scratch
{
    std::array<unsigned char, 4 * KiB> bytes;
    json::monotonic_resource memory{bytes.data(), bytes.size()};
};

json::object object_of(const receipt& of, scratch& in)
{
    json::object object(
        {{"gen", of.generation}, {"size", of.size}, {"xxh3", to_hex(of.xxh3)}}, &in.memory);
    if (of.md5)
        object["md5"] = to_hex(*of.md5);
    if (of.upload != 0)
        object["upload"] = of.upload;
    return object;
}

json::object object_of(const commit_request& of, scratch& in)
{
    auto object = object_of(of.value, in);
    object["key"] = printed_key(of.key);
    object["ticket"] = of.ticket;
    object["volumes"] = json::value_from(of.volumes, &in.memory);
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

std::vector<staged_entry> read_entries(members& of, std::string_view name)
{
    std::vector<staged_entry> all;
    for (const auto& each : of.array(name))
    {
        members entry(each);
        all.push_back({entry.key("key"),
            entry.number("gen"),
            entry.has("first") && entry.truth("first"),
            entry.has("upload") ? entry.number("upload") : 0});
        of.require(entry.is_good());
    }
    return all;
}

// Runs `read` over the members of the object that `text` is.
template <typename Message, typename Read>
result<Message> parse_object(std::string_view text, Read read)
{
    scratch in;
    error_code failure;
    const auto value = json::parse(text, failure, &in.memory);
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

commit_request read_commit(members& of)
{
    commit_request one;
    one.key = of.key("key");
    one.ticket = of.text("ticket");
    read_receipt(of, one.value);
    one.volumes = of.texts("volumes");
    of.require(std::all_of(one.volumes.begin(), one.volumes.end(), is_volume_name));
    return one;
}

}  // namespace

std::string_view name_of(health is) noexcept
{
    return name_in(health_names, is);
}

std::string print(const receipt& of)
{
    scratch in;
    return json::serialize(object_of(of, in));
}

std::string print(const commit_requests& of)
{
    scratch in;
    json::array commits(&in.memory);
    for (const auto& each : of.commits)
        commits.push_back(object_of(each, in));
    json::object whole(&in.memory);
    whole["commits"] = std::move(commits);
    return json::serialize(whole);
}

std::string print(const commit_answers& of)
{
    scratch in;
    json::array answers(&in.memory);
    for (const auto& each : of.answers)
        answers.push_back(
            {{"outcome", name_in(outcome_names, each.outcome)}, {"reason", each.reason}});
    json::object whole(&in.memory);
    whole["answers"] = std::move(answers);
    return json::serialize(whole);
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

result<commit_requests> parse_commit_requests(std::string_view text)
{
    return parse_object<commit_requests>(text, [](members& of, commit_requests& into) {
        for (const auto& each : of.array("commits"))
        {
            members one(each);
            into.commits.push_back(read_commit(one));
            of.require(one.is_good());
        }
    });
}

result<commit_answers> parse_commit_answers(std::string_view text)
{
    return parse_object<commit_answers>(text, [](members& of, commit_answers& into) {
        for (const auto& each : of.array("answers"))
        {
            members one(each);
            into.answers.push_back(
                {one.one_of<commit_outcome>("outcome", outcome_names), one.text("reason")});
            of.require(one.is_good());
        }
    });
}

result<staged_query> parse_staged_query(std::string_view text)
{
    return parse_object<staged_query>(text, [](members& of, staged_query& into) {
        into.volume = of.volume("volume");
        into.entries = read_entries(of, "entries");
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
        into.entries = read_entries(of, "entries");
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
