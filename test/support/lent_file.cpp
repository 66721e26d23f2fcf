#include "test/support/lent_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <vector>

namespace smol::test {

namespace {

// Whether any of the file is in the page cache. To read without waiting, as io::is_cached does,
// would make the kernel fetch it.
bool has_pages(int file, std::size_t size)
{
    void* const at = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    if (at == MAP_FAILED)
        return true;
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> pages((size + page - 1) / page);
    const bool is_told = ::mincore(at, size, pages.data()) == 0;
    ::munmap(at, size);
    const auto is_there = [](unsigned char one) { return (one & 1U) != 0; };
    return !is_told || std::any_of(pages.begin(), pages.end(), is_there);
}

}  // namespace

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
    return is_flushed && !has_pages(descriptor.get(), size);
}

net::file_part part_of(const std::shared_ptr<const lent_file>& one, std::uint64_t missing)
{
    return {&one->source, 0, one->size + missing, one};
}

}  // namespace smol::test
