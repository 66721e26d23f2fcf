// Internal messages: what is read is printed to what is read the same. The first byte says which.

#include "common/wire/messages.hpp"

#include "common/wire/record.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <algorithm>
#include <string>

namespace smol::fuzz {
namespace {

template <typename Message>
void hold(const result<Message>& found, result<Message> (*parse)(std::string_view))
{
    if (!found)
        return;
    const auto text = wire::print(*found);
    require(text.find('\n') == std::string::npos, "a message is one line");
    const auto again = parse(text);
    require(again && wire::print(*again) == text, "a message comes back");
}

void look_at(const std::vector<wire::commit_request>& commits)
{
    for (const auto& each : commits)
    {
        require(!each.key.empty(), "a commit has a key");
        require(std::all_of(each.volumes.begin(), each.volumes.end(), wire::is_volume_name),
            "volumes have names");
    }
}

void look_at(const std::vector<wire::staged_entry>& entries)
{
    require(std::none_of(
                entries.begin(), entries.end(), [](const auto& each) { return each.key.empty(); }),
        "an entry has a key");
}

}  // namespace

void messages(std::string_view input)
{
    if (input.empty())
        return;
    const auto text = input.substr(1);
    switch (input.front())
    {
    case 'r':
        return hold(wire::parse_receipt(text), wire::parse_receipt);
    case 'c':
        if (const auto found = wire::parse_commit_requests(text))
            look_at(found->commits);
        return hold(wire::parse_commit_requests(text), wire::parse_commit_requests);
    case 'a':
        return hold(wire::parse_commit_answers(text), wire::parse_commit_answers);
    case 's':
        if (const auto found = wire::parse_staged_query(text))
            look_at(found->entries);
        return hold(wire::parse_staged_query(text), wire::parse_staged_query);
    case 't':
        return hold(wire::parse_staged_answer(text), wire::parse_staged_answer);
    case 'p':
        if (const auto found = wire::parse_publish_request(text))
            look_at(found->entries);
        return hold(wire::parse_publish_request(text), wire::parse_publish_request);
    case 'b':
        if (const auto found = wire::parse_beat(text))
            require(wire::is_volume_name(found->volume), "a volume has a name");
        return hold(wire::parse_beat(text), wire::parse_beat);
    default:
        return hold(wire::parse_beat_answer(text), wire::parse_beat_answer);
    }
}

}  // namespace smol::fuzz
