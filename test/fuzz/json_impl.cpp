// Boost.JSON from its sources, so that the fuzzers see into it; elsewhere its library is linked.
#include <boost/json/src.hpp>
