#include "common/io/transfer.hpp"
#include "common/net/message_body.hpp"

#include <span>

namespace smol::net {

task<result<std::string>> message_body::read_text(std::size_t bytes_max)
{
    may_use_pipes_ = false;
    if (length().value_or(0) > bytes_max)
        co_return errc::body_too_large;
    std::string text;
    for (;;)
    {
        const auto got = co_await next();
        if (!got)
            co_return got.error();
        if (got->size == 0)
            co_return text;
        if (text.size() + got->size > bytes_max)
            co_return errc::body_too_large;
        if (const auto added = append(text, *got); !added)
            co_return added.error();
    }
}

task<result<void>> message_body::skip()
{
    may_use_pipes_ = false;
    give_pipe_back();  // who stopped midway may have left bytes in it
    while (!finished_)
    {
        const auto got = co_await next();
        if (!got)
            co_return got.error();
    }
    co_return result<void>();
}

result<void> append(std::string& text, const piece& one)
{
    if (!one.pipe)
    {
        text += as_text(one.bytes);
        return {};
    }
    const auto before = text.size();
    text.resize(before + one.size);
    const auto tail = std::span(text).subspan(before);
    return io::read_pipe(one.pipe->read_end(), std::as_writable_bytes(tail));
}

}  // namespace smol::net
