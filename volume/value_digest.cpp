#include "volume/value_digest.hpp"

#include "common/base/broken.hpp"

namespace smol::volume {

bool computes_md5(md5_rule rule, std::uint64_t length) noexcept
{
    return rule == md5_rule::always || (rule == md5_rule::small && length <= md5_bytes_max);
}

value_digest::value_digest(md5_rule rule, std::optional<std::uint64_t> length)
    : rule_(rule), length_(length)
{
    if (computes_md5(rule, length.value_or(0)))
        md5_.emplace();
}

void value_digest::update(byte_view bytes)
{
    size_ += bytes.size();
    if (size_ == length_ && is_broken(breakage::last_chunk_undigested))
        return;
    xxh3_.update(bytes);
    if (rule_ == md5_rule::small && size_ > md5_bytes_max)
        md5_.reset();
    if (md5_)
        md5_->update(bytes);
}

std::optional<md5_digest> value_digest::finish_md5()
{
    if (!md5_)
        return std::nullopt;
    return md5_->finish();
}

}  // namespace smol::volume
