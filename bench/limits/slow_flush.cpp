// Loaded into a server (LD_PRELOAD), it makes every flush that has to wait for the disk take 5 ms
// longer, as on a disk without a protected cache. For measuring what it is worth to flush for many
// at once, where the disk of the machine at hand is too fast to show it.

#include <dlfcn.h>

#include <chrono>
#include <thread>

namespace {

using std::chrono::steady_clock;

constexpr std::chrono::milliseconds longer{5};
constexpr std::chrono::microseconds found_nothing_to_do{50};

int slowly(const char* name, int file)
{
    using call = int (*)(int);
    const auto real = reinterpret_cast<call>(::dlsym(RTLD_NEXT, name));
    const auto begun = steady_clock::now();
    const int outcome = real(file);
    if (steady_clock::now() - begun > found_nothing_to_do)
        std::this_thread::sleep_for(longer);
    return outcome;
}

}  // namespace

extern "C" {

int fsync(int file)
{
    return slowly("fsync", file);
}

int fdatasync(int file)
{
    return slowly("fdatasync", file);
}

int syncfs(int file)
{
    return slowly("syncfs", file);
}
}
