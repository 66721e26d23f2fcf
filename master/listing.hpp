#pragma once

// The body of a listing, made from the entries of the index as they come. Pure.
//
//   {"keys":["/a","/b"],"next":""}
//
// `next` is the path to give as `start` for the rest, empty if there is none; it comes last because
// the keys before it have long been sent.

#include "common/base/result.hpp"
#include "common/http/target.hpp"
#include "common/wire/record.hpp"
#include "master/index.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace smol::master {

struct list_query
{
    std::string from;  // first key to look at; never before the prefix nor after its end
    std::string to;    // end of the prefix, exclusive; empty: to the end
    std::uint64_t limit = std::numeric_limits<std::uint64_t>::max();
    wire::state wanted = wire::state::live;
};

// `path`: the prefix, as sent. ?list or ?unlinked, with start and limit. query_invalid; the errors
// of a prefix that cannot begin a key.
result<list_query> parse_list_query(const http::target& target);

class listing
{
public:
    explicit listing(const list_query& query) : wanted_(query.wanted), left_(query.limit) {}

    // Takes the next entry. False: enough for now, and this entry need not be shown again; some
    // 256 KiB of text or many entries are taken, or it is complete, or it has failed.
    bool take(std::string_view key, std::string_view value);

    // The text of what was taken since the last call.
    std::string take_text();

    // The key after which to go on.
    const std::string& last() const noexcept { return last_; }

    // True once the limit is reached and the key after it is known: no more entries are needed.
    bool is_complete() const noexcept { return complete_; }

    // format_damaged, format_newer: an entry is not a record we can read.
    error_code failure() const noexcept { return failure_; }

    // The text after the last entry.
    std::string print_end() const;

private:
    bool take_wanted(std::string_view key);

    wire::state wanted_;
    std::uint64_t left_;
    bool begun_ = false;
    bool complete_ = false;
    std::size_t entries_ = 0;  // since the last text
    error_code failure_;
    std::string text_;
    std::string last_;
    std::string next_;
};

}  // namespace smol::master
