#pragma once

// Bodies of internal calls, as JSON. Keys travel percent-encoded, digests in hexadecimal. Pure.
// Readers refuse what writers would not write with format_damaged; unknown members are ignored, so
// that versions one apart understand each other.

#include "common/base/digest.hpp"
#include "common/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::wire {

// What a replica answers to its PUT, and what goes into a commit.
struct receipt
{
    std::uint64_t generation = 0;
    std::uint64_t size = 0;
    xxh3_digest xxh3{};
    std::optional<md5_digest> md5;
    // From a replica: a number that no other upload to it has, for the word to publish. Else 0.
    std::uint64_t upload = 0;

    friend bool operator==(const receipt&, const receipt&) = default;
};

// One of a POST /-/commit
struct commit_request
{
    std::string key;
    std::string ticket;  // of the PUT
    receipt value;
    std::vector<std::string> volumes;  // names of those that have it staged, the first one first
};

enum class commit_outcome
{
    created,
    replaced,
    superseded,  // an unconditional write that happened just before a later one: done, nothing kept
    refused,     // see `reason`
};

struct commit_answer
{
    commit_outcome outcome = commit_outcome::refused;
    std::string reason;  // name_of(errc) with `refused`

    friend bool operator==(const commit_answer&, const commit_answer&) = default;
};

// How many one call has at most, and its bytes: for each more than a request's head can bring.
inline constexpr std::size_t commits_max = 100;
inline constexpr std::size_t commits_bytes_max = commits_max * 64 * KiB;

// POST /-/commit: each is decided by itself.
struct commit_requests
{
    std::vector<commit_request> commits;
};
struct commit_answers
{
    std::vector<commit_answer> answers;  // as many as commits, in their order
};

// One of a POST /-/staged or POST /-/publish
struct staged_entry
{
    std::string key;
    std::uint64_t generation = 0;
    // This volume received it from the client and no longer does: unless it is committed already,
    // it never shall be.
    bool first = false;
    std::uint64_t upload = 0;  // as in its receipt; 0: not known any more
};

// POST /-/staged: what shall become of these? Asked by a volume about its own staging.
struct staged_query
{
    std::string volume;
    std::vector<staged_entry> entries;
};

enum class staged_verdict
{
    publish,  // committed, and this volume holds it
    discard,  // superseded, expired, or committed without this volume
    wait,     // may still be committed
};

struct staged_answer
{
    std::vector<staged_verdict> verdicts;  // as many as entries, in their order
};

// POST /-/publish: these generations, as these uploads brought them, are committed.
struct publish_request
{
    std::string volume;
    std::vector<staged_entry> entries;
};

enum class health
{
    good,
    full,       // below its low-water mark
    read_only,  // after an I/O error
};
std::string_view name_of(health is) noexcept;

// Lines of the heartbeat stream (POST /-/join, then 101), volume -> master. The first one joins.
struct beat
{
    std::string volume;      // name
    std::string cluster;     // empty: not a member yet
    std::string public_url;  // empty: the master makes one
    std::uint16_t port = 0;
    std::uint64_t capacity_bytes = 0;
    std::uint64_t free_bytes = 0;
    std::uint64_t free_inodes = 0;
    std::uint64_t blobs = 0;  // published, as far as known
    std::uint64_t staged = 0;
    health is = health::good;
};

// master -> volume: the answer to each beat.
struct beat_answer
{
    std::string cluster;
    std::string secret;       // hexadecimal; only to a volume on loopback and without --secret-file
    std::uint64_t clock = 0;  // generation clock: what tickets expire by
    bool serve = false;       // deletions that waited for this volume are delivered: it may serve
    std::string refusal;      // name_of(errc): the volume must stop, and say why
};

std::string print(const receipt& of);
std::string print(const commit_requests& of);
std::string print(const commit_answers& of);
std::string print(const staged_query& of);
std::string print(const staged_answer& of);
std::string print(const publish_request& of);
std::string print(const beat& of);
std::string print(const beat_answer& of);

result<receipt> parse_receipt(std::string_view text);
result<commit_requests> parse_commit_requests(std::string_view text);
result<commit_answers> parse_commit_answers(std::string_view text);
result<staged_query> parse_staged_query(std::string_view text);
result<staged_answer> parse_staged_answer(std::string_view text);
result<publish_request> parse_publish_request(std::string_view text);
result<beat> parse_beat(std::string_view text);
result<beat_answer> parse_beat_answer(std::string_view text);

}  // namespace smol::wire
