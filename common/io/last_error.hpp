#pragma once

// What the system call that has just failed left in errno. Call it before anything else can fail.

#include "common/base/error.hpp"

#include <cerrno>

namespace smol::io {

inline error_code last_error() noexcept
{
    return {errno, boost::system::system_category()};
}

}  // namespace smol::io
