// The entry that libFuzzer calls; the target's name comes from the build.

#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size)
{
    try
    {
        smol::fuzz::SMOL_FUZZ_TARGET({reinterpret_cast<const char*>(bytes), size});
    }
    catch (const smol::fuzz::broken& fault)
    {
        std::fprintf(stderr, "broken property: %s\n", fault.what());
        std::abort();
    }
    return 0;
}
