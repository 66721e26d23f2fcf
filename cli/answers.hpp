#pragma once

// Bodies that the master sends to clients, from JSON. Pure. Unknown members are ignored; whatever
// lacks a member that matters is refused with format_damaged.

#include "common/base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::cli {

// The message of a refusal; empty if there is none.
std::string parse_refusal(std::string_view text);

// PUT /k?location: where the body goes.
result<std::string> parse_location(std::string_view text);

// One page of GET /prefix?list.
struct key_page
{
    std::vector<std::string> keys;  // as bytes
    std::string next;               // a path for the next `start`; empty: this was the last page
};
result<key_page> parse_key_page(std::string_view text);

// GET /-/stat/<key>
struct replica_facts
{
    std::string volume;
    bool is_up = false;
    std::string url;
    std::string path;  // of the file, below the volume's directory
};

struct value_facts
{
    std::string state;
    std::uint64_t generation = 0;
    std::uint64_t size = 0;
    std::string etag;
    std::string md5;  // hexadecimal; empty: not known
    std::string modified;
    std::vector<replica_facts> replicas;
};
result<value_facts> parse_value_facts(std::string_view text);

// GET /-/status
struct volume_facts
{
    std::string name;
    std::string address;
    std::string state;   // "up", "joining", "down"
    std::string health;  // "good", "full", "read_only"
    std::uint64_t capacity_bytes = 0;
    std::uint64_t free_bytes = 0;
    std::uint64_t blobs = 0;
    std::uint64_t staged = 0;
};

struct store_facts
{
    std::string version;
    std::string cluster;
    std::uint64_t uptime_ms = 0;
    bool is_ready = false;
    std::string missing;  // why it is not ready
    std::uint64_t keys = 0;
    std::uint64_t pending_deletions = 0;
    std::vector<volume_facts> volumes;
};
result<store_facts> parse_store_facts(std::string_view text);

// A JSON string, quotes included. `text` must be UTF-8.
std::string json_text(std::string_view text);

// A key as JSON can hold any: the path of its URL, "/a%20b".
std::string json_key(std::string_view key);

}  // namespace smol::cli
