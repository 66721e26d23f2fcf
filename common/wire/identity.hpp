#pragma once

// Who a volume is: <dir>/.smol/volume.json, made on its first start. Records hold this name and
// never an address, so a disk can move to another host. Pure.

#include "common/base/result.hpp"

#include <string>
#include <string_view>

namespace smol::wire {

struct identity
{
    std::string name;     // "vol-" and 8 hexadecimal digits when smol made it
    std::string cluster;  // empty until a master has taken it in

    friend bool operator==(const identity&, const identity&) = default;
};

std::string print(const identity& of);

// format_newer for a version above ours; format_damaged for what `print` would not write, but for
// blanks and unknown members.
result<identity> parse_identity(std::string_view text);

}  // namespace smol::wire
