#pragma once

// A blocking client on loopback that sends what it is told, byte for byte, and reads what comes.
// Every wait ends after 20 s with an exception.

#include "common/http/message.hpp"
#include "common/io/unique_fd.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace smol::test {

class raw_client
{
public:
    explicit raw_client(std::uint16_t port, int receive_buffer = 0);

    void send(std::string_view bytes);
    // False once the peer no longer takes it.
    bool try_send(std::string_view bytes);
    void finish_sending();
    void close() { socket_ = io::unique_fd(); }

    struct response
    {
        http::response_head head;
        std::string body;

        std::string header(std::string_view name) const;
    };
    // One response to a request of that method; passes over none.
    response read(std::string_view method = "GET");
    response exchange(std::string_view request, std::string_view method = "GET");

    // Up to the end of the connection; throws if it was reset.
    std::string read_rest();
    // Exactly so many.
    std::string read_bytes(std::size_t size);
    // True if the peer ends the connection within the 20 s, in order or not.
    bool is_ended();

    bool is_readable_within(std::chrono::milliseconds span);

    int socket() const noexcept { return socket_.get(); }

private:
    bool read_more();

    io::unique_fd socket_;
    std::string buffered_;
};

}  // namespace smol::test
