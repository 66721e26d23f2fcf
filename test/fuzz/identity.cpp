// volume.json: what is read is a volume's name, and comes back as it was written.

#include "common/wire/identity.hpp"

#include "common/wire/record.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <string>

namespace smol::fuzz {

void identity(std::string_view input)
{
    if (const auto found = wire::parse_identity(input))
    {
        require(wire::is_volume_name(found->name), "a volume has a name");
        const auto text = wire::print(*found);
        require(wire::parse_identity(text).value() == *found, "an identity comes back");
        require(text.ends_with("\n"), "a file of whole lines");
    }
    parts of(input);
    const wire::identity own{std::string(of.line()), std::string(of.line())};
    const auto read = wire::parse_identity(wire::print(own));
    if (read)
        require(wire::is_volume_name(own.name), "a name that is none is refused");
}

}  // namespace smol::fuzz
