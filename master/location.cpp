#include "master/location.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace smol::master {

std::string print_location(const location& of)
{
    boost::json::object body;
    body["method"] = of.method;
    body["url"] = of.url;
    body["expires"] = of.expires;
    return boost::json::serialize(body) + "\n";
}

}  // namespace smol::master
