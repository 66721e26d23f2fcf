#include "common/http/chunked.hpp"

#include "common/http/head_check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace smol::http {
namespace {

constexpr unsigned size_digits_max = 16;
constexpr std::size_t extension_bytes_max = 256;
constexpr std::size_t overhead_bytes_max = 4 * KiB;
constexpr std::size_t trailer_bytes_max = 4 * KiB;

constexpr int no_digit = -1;

int digit(char byte) noexcept
{
    if (byte >= '0' && byte <= '9')
        return byte - '0';
    if (byte >= 'a' && byte <= 'f')
        return byte - 'a' + 10;
    if (byte >= 'A' && byte <= 'F')
        return byte - 'A' + 10;
    return no_digit;
}

}  // namespace

result<chunked_decoder::step> chunked_decoder::next(byte_view input)
{
    std::size_t consumed = 0;
    while (consumed < input.size() && place_ != place::done)
    {
        if (place_ == place::data)
        {
            const auto length = std::min<std::uint64_t>(left_, input.size() - consumed);
            const auto data = input.subspan(consumed, static_cast<std::size_t>(length));
            left_ -= length;
            if (left_ == 0)
                place_ = place::data_cr;
            return step{consumed + data.size(), data, false};
        }
        const auto taken = take(static_cast<char>(input[consumed]));
        if (!taken)
            return taken.error();
        ++consumed;
    }
    return step{consumed, {}, place_ == place::done};
}

result<void> chunked_decoder::take(char byte)
{
    switch (place_)
    {
    case place::size:
        return take_size(byte);
    case place::extension:
        return take_extension(byte);
    case place::size_lf:
        if (byte != '\n')
            return errc::malformed_request;
        place_ = left_ > 0 ? place::data : place::trailer;
        return {};
    case place::data_cr:
        if (byte != '\r')
            return errc::malformed_request;
        place_ = place::data_lf;
        return {};
    case place::data_lf:
        if (byte != '\n')
            return errc::malformed_request;
        place_ = place::size;
        size_digits_ = 0;
        extension_bytes_ = 0;
        return {};
    case place::trailer:
        return take_trailer(byte);
    case place::data:
    case place::done:
        break;
    }
    return errc::malformed_request;
}

result<void> chunked_decoder::take_size(char byte)
{
    if (const int value = digit(byte); value != no_digit)
    {
        if (size_digits_ == size_digits_max)
            return errc::malformed_request;
        ++size_digits_;
        left_ = left_ << 4U | static_cast<std::uint64_t>(value);
        return {};
    }
    if (size_digits_ == 0)
        return errc::malformed_request;
    if (byte == '\r')
        place_ = place::size_lf;
    else if (byte == ';')
        return take_extension(byte);
    else
        return errc::malformed_request;
    return {};
}

// Extensions are of no use to anyone here; only their length and their bytes are looked at.
result<void> chunked_decoder::take_extension(char byte)
{
    if (byte == '\r')
    {
        place_ = place::size_lf;
        return {};
    }
    const auto value = static_cast<unsigned char>(byte);
    if ((value < ' ' && byte != '\t') || value == 0x7f)
        return errc::malformed_request;
    place_ = place::extension;
    ++extension_bytes_;
    ++overhead_bytes_;
    if (extension_bytes_ > extension_bytes_max || overhead_bytes_ > overhead_bytes_max)
        return errc::headers_too_large;
    return {};
}

result<void> chunked_decoder::take_trailer(char byte)
{
    if (++trailer_bytes_ > trailer_bytes_max)
        return errc::headers_too_large;
    trailer_line_ += byte;
    if (byte != '\n')
        return {};
    if (trailer_line_ == "\r\n")
    {
        place_ = place::done;
        return {};
    }
    if (const auto clean = check_field_line(trailer_line_); !clean)
        return clean;
    trailer_line_.clear();
    return {};
}

std::string chunk_prefix(std::uint64_t bytes)
{
    return fmt::format("{:x}\r\n", bytes);
}

}  // namespace smol::http
