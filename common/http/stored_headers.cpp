#include "common/http/stored_headers.hpp"

#include "common/base/hex.hpp"
#include "common/http/head_check.hpp"

#include <algorithm>

namespace smol::http {
namespace {

bool is_control(char c) noexcept
{
    const auto byte = static_cast<unsigned char>(c);
    return byte < ' ' || byte == 0x7f;
}

bool has_control(std::string_view text) noexcept
{
    return std::any_of(text.begin(), text.end(), is_control);
}

std::string lowered(std::string_view text)
{
    std::string lower(text);
    for (char& c : lower)
    {
        if (c >= 'A' && c <= 'Z')
            c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
}

bool has_meta(const stored_headers& kept, std::string_view name)
{
    return std::any_of(
        kept.meta.begin(), kept.meta.end(), [&](const auto& each) { return each.first == name; });
}

bool is_meta(std::string_view name)
{
    return equal_names(name.substr(0, meta_prefix.size()), meta_prefix);
}

}  // namespace

std::string encode_stored(std::string_view bytes)
{
    return percent_encode(bytes, "!\"#$&'()*+,/:;<>?@[\\]^`{|}");
}

result<stored_headers> take_stored_headers(const fields& request)
{
    stored_headers kept;
    if (request.count("Content-Type") > 1)
        return errc::malformed_request;
    kept.content_type = request.find("Content-Type").value_or("");
    if (has_control(kept.content_type))
        return errc::malformed_request;
    if (encode_stored(kept.content_type).size() > content_type_bytes_max)
        return errc::meta_too_large;
    std::size_t meta_bytes = 0;
    for (const auto& each : request)
    {
        if (!is_meta(each.name))
            continue;
        auto name = lowered(std::string_view(each.name).substr(meta_prefix.size()));
        if (!is_token(name) || has_control(each.value) || has_meta(kept, name))
            return errc::malformed_request;
        meta_bytes += encode_stored(name).size() + encode_stored(each.value).size();
        if (meta_bytes > meta_bytes_max)
            return errc::meta_too_large;
        kept.meta.emplace_back(std::move(name), each.value);
    }
    return kept;
}

void give_stored_headers(const stored_headers& kept, fields& response)
{
    if (!kept.content_type.empty())
        response.set("Content-Type", kept.content_type);
    for (const auto& [name, value] : kept.meta)
        response.add(std::string(meta_prefix) + name, value);
}

}  // namespace smol::http
