#include "master/write_set.hpp"

namespace smol::master {

result<std::optional<std::string>> write_set::get(family in, std::string_view key)
{
    const auto written = written_.find({in, std::string(key)});
    if (written != written_.end())
        return written->second;
    return below_(in, key);
}

void write_set::put(family in, std::string_view key, std::string_view value)
{
    note(in, key, std::string(value));
    steps_.push_back({write_step::kind::put, in, std::string(key), std::string(value)});
}

void write_set::remove(family in, std::string_view key)
{
    note(in, key, std::nullopt);
    steps_.push_back({write_step::kind::remove, in, std::string(key), {}});
}

void write_set::remove_range(family in, std::string_view from, std::string_view to)
{
    steps_.push_back({write_step::kind::remove_range, in, std::string(from), std::string(to)});
}

result<void> write_set::run(const change& one)
{
    undo_.clear();
    const auto steps_before = steps_.size();
    const auto outcome = one.decide(*this);
    if (!outcome)
        take_back(steps_before);
    return outcome;
}

void write_set::note(family in, std::string_view key, content what)
{
    place where(in, key);
    std::optional<content> old;
    if (const auto before = written_.find(where); before != written_.end())
        old.emplace(before->second);
    undo_.emplace_back(where, std::move(old));
    written_[std::move(where)] = std::move(what);
}

void write_set::take_back(std::size_t steps_before)
{
    steps_.resize(steps_before);
    for (auto step = undo_.rbegin(); step != undo_.rend(); ++step)
    {
        if (step->second)
            written_[step->first] = *step->second;
        else
            written_.erase(step->first);
    }
}

}  // namespace smol::master
