#pragma once

// The body of a volume's refusal as the master passes it on. Pure.

#include <string>
#include <string_view>

namespace smol::master {

// The same with `request_id` of the exchange that the client has; `body` itself if it is not a
// refusal.
std::string relayed_refusal(const std::string& body, std::string_view request_id);

}  // namespace smol::master
