#include "test/support/lent_file.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace smol::test {

lent_file::lent_file(std::string_view content)
    : descriptor(::open("/tmp", O_TMPFILE | O_RDWR, 0600)), size(content.size()),
      source(descriptor.get())
{
    io::write_all_at(descriptor.get(), as_bytes(content), 0).value();
}

void lent_file::sending_failed(const error_code& why) const
{
    failure = why;
    ++failures;
}

bool lent_file::evict()
{
    const bool is_flushed = ::fsync(descriptor.get()) == 0;
    ::posix_fadvise(descriptor.get(), 0, 0, POSIX_FADV_DONTNEED);
    return is_flushed && !io::is_cached(descriptor.get(), 0, size);
}

net::file_part part_of(const std::shared_ptr<const lent_file>& one, std::uint64_t missing)
{
    return {&one->source, 0, one->size + missing, one};
}

}  // namespace smol::test
