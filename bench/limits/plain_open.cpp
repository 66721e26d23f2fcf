// Loaded into a server (LD_PRELOAD), it turns openat2(2), which Debian's valgrind does not know,
// into openat(2): without the protection against links, so for counting only.

#include <dlfcn.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstdarg>

extern "C" long syscall(long number, ...) noexcept
{
    using function = long (*)(long, ...);
    static const auto original = reinterpret_cast<function>(::dlsym(RTLD_NEXT, "syscall"));
    va_list rest;
    va_start(rest, number);
    const long one = va_arg(rest, long);
    const long two = va_arg(rest, long);
    const long three = va_arg(rest, long);
    const long four = va_arg(rest, long);
    const long five = va_arg(rest, long);
    const long six = va_arg(rest, long);
    va_end(rest);
    if (number != SYS_openat2)
        return original(number, one, two, three, four, five, six);
    const auto* how = reinterpret_cast<const open_how*>(three);
    return ::openat(static_cast<int>(one),
        reinterpret_cast<const char*>(two),
        static_cast<int>(how->flags),
        static_cast<mode_t>(how->mode));
}
