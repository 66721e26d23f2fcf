// Makes one system call of a process fail: preloaded (LD_PRELOAD) by test/fault/syscalls.py, which
// says which one through a page of shared memory. strace(1) can inject too, but it counts the calls
// of each thread for itself, so that "the third fsync of the process" cannot be said; and it slows
// everything down. What comes by here is compared with what strace sees (syscalls.py --compare).
//
// Only calls that the program and its libraries make through libc's functions come by, not those of
// libc itself (its start, malloc, the name resolver).

#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

namespace {

// In the order of CALLS in syscalls.py.
enum call : std::uint32_t
{
    call_openat,
    call_openat2,
    call_mkdirat,
    call_read,
    call_write,
    call_pread64,
    call_pwrite64,
    call_splice,
    call_sendfile,
    call_fsync,
    call_fdatasync,
    call_syncfs,
    call_renameat,
    call_unlinkat,
    call_fsetxattr,
    call_fgetxattr,
    call_fallocate,
    call_ftruncate,
    call_fstatfs,
    call_newfstatat,
    call_getdents64,
    call_fcntl,
    call_flock,
    call_pipe2,
    call_socket,
    call_bind,
    call_listen,
    call_accept4,
    call_connect,
    call_sendto,
    call_recvfrom,
    calls,
};

constexpr std::int32_t kill_process = -1;
constexpr std::int32_t shorten = -2;

// Shared with syscalls.py; little-endian 32-bit words.
struct control
{
    std::atomic<std::uint32_t> armed;  // 1 + call; 0: none
    std::atomic<std::int32_t> left;    // fails when it comes to 0
    std::atomic<std::int32_t> fault;   // an errno, kill_process or shorten
    std::atomic<std::uint32_t> fired;  // what has failed so far
    std::atomic<std::uint32_t> made[calls];
};

control* shared() noexcept
{
    static control* const page = []() -> control* {
        const char* const path = std::getenv("SMOL_FAIL_CALL");
        const long file =
            path ? syscall(SYS_openat, long{AT_FDCWD}, path, long{O_RDWR | O_CLOEXEC}) : -1L;
        if (file < 0)
            return nullptr;
        void* const at = mmap(nullptr,
            sizeof(control),
            PROT_READ | PROT_WRITE,
            MAP_SHARED,
            static_cast<int>(file),
            0);
        return at == MAP_FAILED ? nullptr : static_cast<control*>(at);
    }();
    return page;
}

struct verdict
{
    bool fails = false;
    bool is_short = false;
};

// Counts the call, and says whether it is the one. Sets errno if it fails.
verdict visit(call one) noexcept
{
    auto* const page = shared();
    if (page == nullptr)
        return {};
    page->made[one].fetch_add(1);
    if (page->armed.load() != one + 1 || page->left.fetch_sub(1) != 1)
        return {};
    page->fired.fetch_add(1);
    const auto fault = page->fault.load();
    if (fault == kill_process)
    {
        kill(getpid(), SIGKILL);
        for (;;)
            pause();
    }
    if (fault == shorten)
        return {false, true};
    errno = fault;
    return {true, false};
}

template <typename Function>
Function real(const char* name) noexcept
{
    return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

std::size_t half(std::size_t size) noexcept
{
    return std::max<std::size_t>(size / 2, 1);
}

}  // namespace

// The function of libc, unless this is the call that fails. SHORT: `size` is halved if it is to be
// short.
#define SMOL_REAL(name) static const auto next = real<decltype(&::name)>(#name)
#define SMOL_PLAIN(kind, type, name, parameters, arguments)                                        \
    type name parameters                                                                           \
    {                                                                                              \
        SMOL_REAL(name);                                                                           \
        return visit(kind).fails ? -1 : next arguments;                                            \
    }
#define SMOL_TRANSFER(kind, name, parameters, arguments, size)                                     \
    ssize_t name parameters                                                                        \
    {                                                                                              \
        SMOL_REAL(name);                                                                           \
        const auto told = visit(kind);                                                             \
        if (told.fails)                                                                            \
            return -1;                                                                             \
        if (told.is_short)                                                                         \
            size = half(size);                                                                     \
        return next arguments;                                                                     \
    }
#define SMOL_OPEN(kind, name)                                                                      \
    int name(const char* path, int flags, ...)                                                     \
    {                                                                                              \
        SMOL_REAL(name);                                                                           \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        const auto mode = va_arg(more, mode_t);                                                    \
        va_end(more);                                                                              \
        return visit(kind).fails ? -1 : next(path, flags, mode);                                   \
    }
#define SMOL_OPENAT(kind, name)                                                                    \
    int name(int at, const char* path, int flags, ...)                                             \
    {                                                                                              \
        SMOL_REAL(name);                                                                           \
        va_list more;                                                                              \
        va_start(more, flags);                                                                     \
        const auto mode = va_arg(more, mode_t);                                                    \
        va_end(more);                                                                              \
        return visit(kind).fails ? -1 : next(at, path, flags, mode);                               \
    }

// Messages of several parts, as Asio sends and receives them: short means the first part's half.
#define SMOL_MESSAGE(kind, name, type)                                                             \
    ssize_t name(int file, type message, int flags)                                                \
    {                                                                                              \
        SMOL_REAL(name);                                                                           \
        const auto told = visit(kind);                                                             \
        if (told.fails)                                                                            \
            return -1;                                                                             \
        if (!told.is_short || message->msg_iovlen == 0)                                            \
            return next(file, message, flags);                                                     \
        iovec part = message->msg_iov[0];                                                          \
        part.iov_len = half(part.iov_len);                                                         \
        msghdr shorter = *message;                                                                 \
        shorter.msg_iov = &part;                                                                   \
        shorter.msg_iovlen = 1;                                                                    \
        return next(file, &shorter, flags);                                                        \
    }

extern "C" {

SMOL_OPEN(call_openat, open)
SMOL_OPEN(call_openat, open64)
SMOL_OPENAT(call_openat, openat)
SMOL_OPENAT(call_openat, openat64)
SMOL_PLAIN(call_mkdirat, int, mkdir, (const char* path, mode_t mode), (path, mode))
SMOL_PLAIN(call_mkdirat, int, mkdirat, (int at, const char* path, mode_t mode), (at, path, mode))
SMOL_TRANSFER(call_read, read, (int file, void* into, size_t size), (file, into, size), size)
SMOL_TRANSFER(
    call_write, write, (int file, const void* from, size_t size), (file, from, size), size)
SMOL_TRANSFER(call_pread64,
    pread,
    (int file, void* into, size_t size, off_t at),
    (file, into, size, at),
    size)
SMOL_TRANSFER(call_pread64,
    pread64,
    (int file, void* into, size_t size, off64_t at),
    (file, into, size, at),
    size)
SMOL_TRANSFER(call_pwrite64,
    pwrite,
    (int file, const void* from, size_t size, off_t at),
    (file, from, size, at),
    size)
SMOL_TRANSFER(call_pwrite64,
    pwrite64,
    (int file, const void* from, size_t size, off64_t at),
    (file, from, size, at),
    size)
SMOL_TRANSFER(call_splice,
    splice,
    (int from, off64_t* from_at, int to, off64_t* to_at, size_t size, unsigned flags),
    (from, from_at, to, to_at, size, flags),
    size)
SMOL_TRANSFER(
    call_sendfile, sendfile, (int to, int from, off_t* at, size_t size), (to, from, at, size), size)
SMOL_TRANSFER(call_sendfile,
    sendfile64,
    (int to, int from, off64_t* at, size_t size),
    (to, from, at, size),
    size)
SMOL_PLAIN(call_fsync, int, fsync, (int file), (file))
SMOL_PLAIN(call_fdatasync, int, fdatasync, (int file), (file))
SMOL_PLAIN(call_syncfs, int, syncfs, (int file), (file))
SMOL_PLAIN(call_renameat, int, rename, (const char* from, const char* to), (from, to))
SMOL_PLAIN(call_renameat,
    int,
    renameat,
    (int from_at, const char* from, int to_at, const char* to),
    (from_at, from, to_at, to))
SMOL_PLAIN(call_unlinkat, int, unlink, (const char* path), (path))
SMOL_PLAIN(call_unlinkat, int, unlinkat, (int at, const char* path, int flags), (at, path, flags))
SMOL_PLAIN(call_fsetxattr,
    int,
    fsetxattr,
    (int file, const char* name, const void* value, size_t size, int flags),
    (file, name, value, size, flags))
SMOL_PLAIN(call_fgetxattr,
    ssize_t,
    fgetxattr,
    (int file, const char* name, void* value, size_t size),
    (file, name, value, size))
SMOL_PLAIN(call_fallocate,
    int,
    fallocate,
    (int file, int mode, off_t at, off_t size),
    (file, mode, at, size))
SMOL_PLAIN(call_fallocate,
    int,
    fallocate64,
    (int file, int mode, off64_t at, off64_t size),
    (file, mode, at, size))
SMOL_PLAIN(call_ftruncate, int, ftruncate, (int file, off_t size), (file, size))
SMOL_PLAIN(call_ftruncate, int, ftruncate64, (int file, off64_t size), (file, size))
SMOL_PLAIN(call_fstatfs, int, fstatfs, (int file, struct statfs* into), (file, into))
SMOL_PLAIN(call_fstatfs, int, fstatvfs, (int file, struct statvfs* into), (file, into))
SMOL_PLAIN(call_newfstatat, int, fstat, (int file, struct stat* into), (file, into))
SMOL_PLAIN(call_newfstatat, int, fstat64, (int file, struct stat64* into), (file, into))
SMOL_PLAIN(call_newfstatat, int, stat, (const char* path, struct stat* into), (path, into))
SMOL_PLAIN(call_newfstatat, int, stat64, (const char* path, struct stat64* into), (path, into))
SMOL_PLAIN(call_flock, int, flock, (int file, int how), (file, how))
SMOL_PLAIN(call_pipe2, int, pipe2, (int* ends, int flags), (ends, flags))
SMOL_PLAIN(call_socket, int, socket, (int family, int type, int protocol), (family, type, protocol))
SMOL_PLAIN(call_bind,
    int,
    bind,
    (int file, const sockaddr* address, socklen_t size),
    (file, address, size))
SMOL_PLAIN(call_listen, int, listen, (int file, int count), (file, count))
SMOL_PLAIN(call_accept4,
    int,
    accept,
    (int file, sockaddr* address, socklen_t* size),
    (file, address, size))
SMOL_PLAIN(call_accept4,
    int,
    accept4,
    (int file, sockaddr* address, socklen_t* size, int flags),
    (file, address, size, flags))
SMOL_PLAIN(call_connect,
    int,
    connect,
    (int file, const sockaddr* address, socklen_t size),
    (file, address, size))
SMOL_TRANSFER(call_sendto,
    send,
    (int file, const void* from, size_t size, int flags),
    (file, from, size, flags),
    size)
SMOL_TRANSFER(call_recvfrom,
    recv,
    (int file, void* into, size_t size, int flags),
    (file, into, size, flags),
    size)
SMOL_MESSAGE(call_sendto, sendmsg, const msghdr*)
SMOL_MESSAGE(call_recvfrom, recvmsg, msghdr*)

int fcntl(int file, int command, ...)
{
    SMOL_REAL(fcntl);
    va_list more;
    va_start(more, command);
    void* const argument = va_arg(more, void*);
    va_end(more);
    return visit(call_fcntl).fails ? -1 : next(file, command, argument);
}

int fcntl64(int file, int command, ...)
{
    SMOL_REAL(fcntl64);
    va_list more;
    va_start(more, command);
    void* const argument = va_arg(more, void*);
    va_end(more);
    return visit(call_fcntl).fails ? -1 : next(file, command, argument);
}

// Many entries come by one getdents64(2): only the first of a directory is counted.
bool fails_to_list(const DIR* of) noexcept
{
    thread_local const DIR* last = nullptr;
    const bool is_first = of != last;
    last = of;
    return is_first && visit(call_getdents64).fails;
}

dirent* readdir(DIR* of)
{
    SMOL_REAL(readdir);
    return fails_to_list(of) ? nullptr : next(of);
}

dirent64* readdir64(DIR* of)
{
    SMOL_REAL(readdir64);
    return fails_to_list(of) ? nullptr : next(of);
}

// openat2(2) has no function of its own.
long syscall(long number, ...) noexcept
{
    SMOL_REAL(syscall);
    va_list more;
    va_start(more, number);
    long given[6];
    for (auto& one : given)
        one = va_arg(more, long);
    va_end(more);
    if (number == SYS_openat2 && visit(call_openat2).fails)
        return -1;
    return next(number, given[0], given[1], given[2], given[3], given[4], given[5]);
}

}  // extern "C"
