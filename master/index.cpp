#include "master/index.hpp"

namespace smol::master {

std::string end_of_prefix(std::string_view prefix)
{
    std::string end(prefix);
    while (!end.empty() && end.back() == '\xff')
        end.pop_back();
    if (!end.empty())
        end.back() = static_cast<char>(static_cast<unsigned char>(end.back()) + 1);
    return end;
}

}  // namespace smol::master
