#include "volume/flusher.hpp"

#include "common/base/broken.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace smol::volume {

namespace {

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

void add(flush_batch& to, std::shared_ptr<file> content, std::string directory)
{
    if (content && !is_broken(breakage::no_data_flush))
        to.files.push_back(std::move(content));
    auto& all = to.directories;
    const bool is_known = std::find(all.begin(), all.end(), directory) != all.end();
    if (!is_known && !is_broken(breakage::no_directory_flush))
        all.push_back(std::move(directory));
}

}  // namespace

flusher::flusher(disk& on)
    : rounds_(
          [&on](std::vector<wish> wishes) { return flush_all(on, std::move(wishes)); }, no_limit)
{}

net::task<result<void>> flusher::flush(std::shared_ptr<file> content, std::string directory)
{
    wish mine{std::move(content), std::move(directory)};
    const auto outcome = co_await rounds_.join(std::move(mine));
    if (outcome)
        co_return outcome;
    co_return result<void>();
}

net::task<std::vector<error_code>> flusher::flush_all(disk& on, std::vector<wish> wishes)
{
    flush_batch batch;
    for (auto& one : wishes)
        add(batch, std::move(one.content), std::move(one.directory));
    const auto flushed = co_await on.flush(std::move(batch));
    const error_code outcome = flushed ? error_code() : flushed.error();
    co_return std::vector<error_code>(wishes.size(), outcome);
}

}  // namespace smol::volume
