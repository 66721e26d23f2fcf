#include "test/support/raw_client.hpp"

#include "common/http/chunked.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace smol::test {

namespace {

constexpr timeval patience{20, 0};

[[noreturn]] void fail(const char* what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

}  // namespace

raw_client::raw_client(std::uint16_t port, int receive_buffer)
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
{
    const int fd = socket_.get();
    if (receive_buffer > 0)
        ::setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        fail("connect");
}

bool raw_client::try_send(std::string_view bytes)
{
    while (!bytes.empty())
    {
        const auto sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

void raw_client::send(std::string_view bytes)
{
    if (!try_send(bytes))
        fail("send");
}

void raw_client::finish_sending()
{
    ::shutdown(socket_.get(), SHUT_WR);
}

std::string raw_client::response::header(std::string_view name) const
{
    return std::string(head.headers.find(name).value_or(""));
}

bool raw_client::read_more()
{
    char bytes[16384];
    const auto got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
    if (got < 0)
        fail("recv");
    buffered_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
}

raw_client::response raw_client::read(std::string_view method)
{
    while (http::find_head_end(buffered_) == 0)
        if (!read_more())
            throw std::runtime_error("connection ended before a response");
    const auto end = http::find_head_end(buffered_);
    auto head = http::parse_response_head(buffered_.substr(0, end), method);
    if (!head)
        throw std::runtime_error("bad head: " + head.error().message());
    buffered_.erase(0, end);
    response one;
    one.head = std::move(*head);
    if (one.head.body == http::framing::length)
        one.body = read_bytes(one.head.content_length);
    if (one.head.body == http::framing::to_close)
        one.body = read_rest();
    http::chunked_decoder decoder;
    bool is_finished = one.head.body != http::framing::chunked;
    while (!is_finished)
    {
        const auto step = decoder.next(as_bytes(buffered_));
        if (!step)
            throw std::runtime_error("bad chunk: " + step.error().message());
        one.body += as_text(step->data);
        is_finished = step->finished;
        buffered_.erase(0, step->consumed);
        if (!is_finished && buffered_.empty() && !read_more())
            throw std::runtime_error("chunked body is cut off");
    }
    return one;
}

raw_client::response raw_client::exchange(std::string_view request, std::string_view method)
{
    send(request);
    return read(method);
}

std::string raw_client::read_rest()
{
    while (read_more())
        continue;
    return std::move(buffered_);
}

std::string raw_client::read_bytes(std::size_t size)
{
    while (buffered_.size() < size)
        if (!read_more())
            throw std::runtime_error("connection ended early");
    auto bytes = buffered_.substr(0, size);
    buffered_.erase(0, size);
    return bytes;
}

bool raw_client::is_readable_within(std::chrono::milliseconds span)
{
    pollfd one{socket_.get(), POLLIN, 0};
    return !buffered_.empty() || ::poll(&one, 1, static_cast<int>(span.count())) != 0;
}

bool raw_client::is_ended()
{
    char bytes[16384];
    for (;;)
    {
        const auto got = ::recv(socket_.get(), bytes, sizeof bytes, 0);
        if (got == 0 || (got < 0 && (errno == ECONNRESET || errno == EPIPE)))
            return true;
        if (got < 0)
            return false;
    }
}

}  // namespace smol::test
