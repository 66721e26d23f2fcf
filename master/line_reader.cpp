#include "master/line_reader.hpp"

#include <array>
#include <span>

namespace smol::master {

net::task<result<std::string>> line_reader::next()
{
    std::array<std::byte, 1024> some;
    for (;;)
    {
        if (const auto end = kept_.find('\n'); end != std::string::npos)
        {
            auto line = kept_.substr(0, end);
            kept_.erase(0, end + 1);
            co_return line;
        }
        if (kept_.size() > line_bytes_max)
            co_return errc::malformed_request;
        const auto into = std::span<std::byte>(some);
        const auto count = co_await from_.read_some(into);
        if (!count)
            co_return count.error();
        if (*count == 0)
            co_return errc::body_truncated;
        kept_ += as_text(into.first(*count));
    }
}

}  // namespace smol::master
