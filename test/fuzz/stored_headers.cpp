// Headers that are kept with a value: within their limits, and the same after a trip through the
// blob's description and through the response of a GET. The input is one "Name: value" a line.

#include "common/wire/description.hpp"
#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <string>

namespace smol::fuzz {

void stored_headers(std::string_view input)
{
    parts lines(input);
    http::fields request;
    while (!lines.is_empty())
    {
        const auto line = lines.line();
        const auto colon = std::min(line.find(": "), line.size());
        request.add(line.substr(0, colon), line.substr(std::min(colon + 2, line.size())));
    }
    const auto kept = http::take_stored_headers(request);
    if (!kept)
        return;
    wire::description blob;
    blob.key = "k";
    blob.headers = *kept;
    const auto text = wire::print(blob);
    require(text.size() < 2600, "a description fits an attribute");
    require(wire::parse_description("k", text).value() == blob, "stored and read");
    http::fields response;
    http::give_stored_headers(*kept, response);
    require(http::take_stored_headers(response).value() == *kept, "given back as they came");
    require(response.size() <= request.size(), "nothing is added");
}

}  // namespace smol::fuzz
