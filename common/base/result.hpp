#pragma once

// A value or the reason why there is none. Expected failures travel this way; exceptions are for
// start-up, exhausted memory and bugs.

#include "common/base/error.hpp"

#include <boost/system/result.hpp>

namespace smol {

template <typename T>
using result = boost::system::result<T, error_code>;

}  // namespace smol
