#pragma once

// A directory that is gone, with all in it, at the end of its scope.

#include <cstdlib>
#include <filesystem>
#include <string>

namespace smol::test {

class temp_dir
{
public:
    temp_dir()
    {
        auto pattern = (std::filesystem::temp_directory_path() / "smol-test-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    temp_dir(const temp_dir&) = delete;
    ~temp_dir() { std::filesystem::remove_all(path_); }

    const std::string& path() const { return path_; }
    std::string operator/(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

}  // namespace smol::test
