#include "bench/load/origins.hpp"

namespace smol::load {

result<std::size_t> origins::find(
    std::string_view authority, std::string_view host, std::uint16_t port)
{
    for (std::size_t i = 0; i < known_.size(); ++i)
        if (known_[i].authority == authority)
            return i;
    const auto where = resolve(host, port);
    if (!where)
        return where.error();
    known_.push_back({std::string(authority), *where});
    return known_.size() - 1;
}

}  // namespace smol::load
