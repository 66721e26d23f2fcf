#include "master/attendance.hpp"

#include "common/base/broken.hpp"
#include "common/base/log.hpp"
#include "common/wire/record.hpp"
#include "master/deletions.hpp"

#include <algorithm>
#include <utility>

namespace smol::master {

namespace {

bool is_public_url(std::string_view url)
{
    const auto is_allowed = [](char c) {
        return c > ' ' && c < '\x7f' && c != '"' && c != '<' && c != '>' && c != '\\' && c != '?' &&
               c != '#';
    };
    const auto is_web = url.starts_with("http://") || url.starts_with("https://");
    return is_web && std::all_of(url.begin(), url.end(), is_allowed);
}

// A volume that is new, or that has another capacity than before, is entered into the index.
net::task<result<void>> enter_volume(const context& with, const wire::beat& said)
{
    const auto known = with.members.find(said.volume);
    if (known && known->capacity_bytes() == said.capacity_bytes)
        co_return result<void>();
    change enter;
    enter.decide = [&said](change_view& view) -> result<void> {
        view.put(family::volumes, said.volume, print_volume(said.capacity_bytes));
        return {};
    };
    const auto entered = co_await with.entries.apply(std::move(enter));
    if (entered && !known)
        log::info("volume_registered", {{"volume", said.volume}});
    co_return entered;
}

// Deletions that wait for it go first; without any it may serve at once.
net::task<void> prepare(const context& with, member& who)
{
    if (is_broken(breakage::forget_deletions))
    {
        who.settle();
        co_return;
    }
    const auto prefix = deletions_of(who.name());
    const auto waiting =
        co_await with.entries.scan(family::deletions, prefix, end_of_prefix(prefix), 1);
    if (waiting && waiting->entries.empty())
        who.settle();
    else
        with.deletions.wake(who.name());
}

}  // namespace

result<void> check_beat(const wire::beat& first, const identity& of)
{
    if (!wire::is_volume_name(first.volume) || first.port == 0)
        return errc::malformed_request;
    if (!first.public_url.empty() && !is_public_url(first.public_url))
        return errc::malformed_request;
    if (!first.cluster.empty() && first.cluster != of.cluster)
        return errc::foreign_cluster;
    return {};
}

attendance::attendance(const context& with, std::shared_ptr<member> who)
    : with_(with), who_(std::move(who))
{}

attendance::~attendance()
{
    membership::leave(*who_);
}

net::task<result<std::unique_ptr<attendance>>> attendance::begin(
    const context& with, stay of, wire::beat first)
{
    auto fit = check_beat(first, with.of);
    if (fit)
        fit = co_await enter_volume(with, first);
    if (!fit)
        co_return fit.error();
    auto who = with.members.join(std::move(of), first, with.time.steady());
    auto begun = std::make_unique<attendance>(with, std::move(who));
    co_await prepare(with, *begun->who_);
    co_return begun;
}

wire::beat_answer attendance::answer()
{
    wire::beat_answer answer;
    answer.cluster = with_.of.cluster;
    answer.clock = with_.generations.now();
    answer.serve = who_->is_settled();
    may_serve_ = answer.serve;
    return answer;
}

// It is up once a beat follows an answer that let it serve: a client redirected earlier could come
// before that answer.
bool attendance::hear(const wire::beat& said)
{
    if (said.volume != who_->name())
        return false;
    who_->note(said, with_.time.steady());
    if (may_serve_ && !who_->is_up())
    {
        who_->becomes(presence::up);
        log::info("volume_up", {{"volume", who_->name()}, {"address", who_->facts().address}});
    }
    return true;
}

bool attendance::has_ended() const noexcept
{
    return membership::has_ended(*who_);
}

}  // namespace smol::master
