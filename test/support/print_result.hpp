#pragma once

// How Catch shows a result<T>, whatever T is: include before the first CHECK of one.

#include "common/base/result.hpp"

#include <catch2/catch.hpp>

namespace Catch {

template <typename T>
struct StringMaker<boost::system::result<T, smol::error_code>>
{
    static std::string convert(const boost::system::result<T, smol::error_code>& one)
    {
        return one ? "a value" : one.error().message();
    }
};

}  // namespace Catch
