#include "master/relayed_refusal.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

namespace smol::master {

std::string relayed_refusal(const std::string& body, std::string_view request_id)
{
    boost::json::error_code failure;
    auto parsed = boost::json::parse(body, failure);
    if (failure || !parsed.is_object() || !parsed.as_object().contains("request_id"))
        return body;
    parsed.as_object()["request_id"] = request_id;
    return boost::json::serialize(parsed) + "\n";
}

}  // namespace smol::master
