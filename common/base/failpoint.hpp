#pragma once

// Named places where a test can end the process as `kill -9` does (build option SMOL_FAILPOINTS;
// the release build has none). SMOL_FAILPOINT=name kills at the first arrival, name:N at the N-th;
// name:stop halts the process there as SIGSTOP does, so that a test can kill another one at this
// very step. The names are the steps of the write protocol, with the role where several processes
// share the step: "S5.first", "S5.replica", "S8.before", …

#include <string_view>

namespace smol {

#ifdef SMOL_FAILPOINTS
void failpoint(std::string_view name) noexcept;
#else
inline void failpoint(std::string_view) noexcept
{}
#endif

}  // namespace smol
