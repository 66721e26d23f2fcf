// Runs the committed corpora through their targets, without libFuzzer: replay CORPUS_DIRECTORY, or
// replay TARGET FILE... Exit code 1 when a property does not hold, 2 for wrong use or an empty
// corpus.

#include "test/fuzz/fuzz.hpp"
#include "test/fuzz/targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using smol::fuzz::named_target;
namespace fs = std::filesystem;

std::string content_of(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

bool holds(const named_target& target, const fs::path& path)
{
    const auto input = content_of(path);
    try
    {
        target.run(input);
        return true;
    }
    catch (const std::exception& fault)
    {
        fmt::print("FAILED {} with {}: {}\n", target.name, path.string(), fault.what());
        return false;
    }
}

int replay(const named_target& target, const std::vector<fs::path>& inputs)
{
    const auto failed = std::count_if(
        inputs.begin(), inputs.end(), [&](const auto& path) { return !holds(target, path); });
    fmt::print("{}: {} inputs, {} failed\n", target.name, inputs.size(), failed);
    return failed > 0 ? 1 : inputs.empty() ? 2 : 0;
}

std::vector<fs::path> files_of(const fs::path& directory)
{
    std::vector<fs::path> files;
    if (fs::is_directory(directory))
    {
        for (const auto& each : fs::directory_iterator(directory))
            files.push_back(each.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

int replay_all(const fs::path& corpora)
{
    int worst = 0;
    for (const auto& target : smol::fuzz::all_targets)
        worst = std::max(worst, replay(target, files_of(corpora / target.name)));
    return worst;
}

}  // namespace

int main(int count, char** arguments)
{
    const std::vector<std::string> given(arguments + 1, arguments + count);
    if (given.size() == 1)
        return replay_all(given.front());
    const auto& all = smol::fuzz::all_targets;
    const auto* const target = std::find_if(all.begin(), all.end(), [&](const auto& each) {
        return !given.empty() && each.name == given.front();
    });
    if (target == all.end())
    {
        fmt::print("usage: replay CORPUS_DIRECTORY | replay TARGET FILE...\n");
        return 2;
    }
    return replay(*target, {given.begin() + 1, given.end()});
}
