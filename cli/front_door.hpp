#pragma once

// The store as a client sees it: small calls to the master, with refusals made into sentences.
// Lives on one loop; not thread-safe.

#include "cli/answers.hpp"
#include "cli/failure.hpp"
#include "cli/url.hpp"
#include "common/http/message.hpp"
#include "common/net/client.hpp"
#include "common/net/loop.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace smol::cli {

// Where a value can be read.
struct value_location
{
    std::vector<url> replicas;  // the one to try first is first; never empty
    std::string etag;           // as sent, in quotes
};

class front_door
{
public:
    front_door(net::loop& home, std::string master) : home_(home), master_(std::move(master)) {}

    net::loop& home() noexcept { return home_; }
    const std::string& master() const noexcept { return master_; }

    // Where the body of a PUT goes. `length`: of the value, if it is known, so that the master can
    // refuse what has no room before a byte moves. `conditions`: If-Match and its kin.
    net::task<outcome<url>> locate_put(
        std::string key, std::optional<std::uint64_t> length, http::fields conditions);

    net::task<outcome<value_location>> locate_get(std::string key);

    net::task<outcome<void>> remove(std::string key);

    // Keys that begin with `prefix`, from `start` on (a page's `next`; empty: the first).
    // `unlinked`: those instead of the live ones.
    enum class listed
    {
        live,
        unlinked,
    };
    net::task<outcome<key_page>> list(std::string prefix, std::string start, listed which);

    // The JSON of /-/stat/<key> and /-/status, as sent.
    net::task<outcome<std::string>> stat(std::string key);
    net::task<outcome<std::string>> status();

private:
    net::task<outcome<net::reply>> ask(std::string subject, std::string method, std::string target);
    net::task<result<net::reply>> announce(http::request_head head);
    outcome<net::reply> judged(std::string_view subject, result<net::reply> answer) const;

    net::loop& home_;
    std::string master_;
};

// Follows a Location of an answer: http only. temporary if it cannot be read.
outcome<url> location_of(std::string_view subject, const http::response_head& answer);

// The replicas of a GET's 307: Location first, then each Link with rel=duplicate.
std::vector<url> replicas_of(const http::response_head& answer);

}  // namespace smol::cli
