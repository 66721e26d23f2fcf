#include "bench/load/user.hpp"

#include "bench/load/random.hpp"
#include "bench/load/url.hpp"

#include <algorithm>

namespace smol::load {

namespace {

constexpr unsigned hops_max = 5;
constexpr std::size_t front_door = 0;  // the origin that the run was given

// Quotation marks of {"keys":[…],"next":""} besides those of the keys.
constexpr std::uint64_t quotes_besides = 6;

method method_of(operation what)
{
    switch (what)
    {
    case operation::put:
        return method::put;
    case operation::remove:
        return method::remove;
    default:
        return method::get;
    }
}

bool is_redirect(unsigned status)
{
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

user::user(std::size_t number, const surroundings& around) : number_(number), around_(around)
{}

std::uint64_t user::size_of_value() const
{
    return around_.how.sizes.of(mixed(task_.key) + task_.generation);
}

connection& user::connection_to(std::size_t origin)
{
    if (origin >= connections_.size())
        connections_.resize(origin + 1);
    auto& one = connections_[origin];
    if (!one)
        one = std::make_unique<connection>(
            *this, around_.events, around_.servers.at(origin).where, around_.scratch);
    return *one;
}

std::optional<outcome> user::begin(const task& what, time_point intended, time_point now)
{
    is_busy_ = true;
    task_ = what;
    intended_ = intended;
    began_ = now;
    hops_ = 0;
    was_retried_ = false;
    is_remembered_ = false;
    content_ = value_content::of(around_.how.run_seed, what.key, what.generation);
    if (const auto* known = around_.remembered.find(what.key);
        known != nullptr && what.what == operation::get)
    {
        is_remembered_ = true;
        return request(known->origin, known->target, expectation::none);
    }
    return first_request();
}

std::optional<outcome> user::first_request()
{
    hops_ = 0;
    target_.clear();
    if (task_.what == operation::list)
        append_list_target(around_.how.names, target_);
    else
        append_key_target(around_.how.names, task_.key, target_);
    const auto asks = task_.what == operation::put && size_of_value() >= around_.how.expect_from;
    if (task_.what == operation::put && !around_.how.write_query.empty())
    {
        target_ += '?';
        target_ += around_.how.write_query;
    }
    return request(front_door, target_, asks ? expectation::proceed : expectation::none);
}

std::optional<outcome> user::request(std::size_t origin, std::string_view target, expectation wants)
{
    origin_ = origin;
    on_ = &connection_to(origin);
    was_reused_ = on_->is_reused();
    status_ = 0;
    received_ = 0;
    quotes_ = 0;
    is_damaged_ = false;
    request_line line;
    line.verb = method_of(task_.what);
    line.authority = around_.servers.at(origin).authority;
    line.target = target;
    line.wants = wants;
    line.body_bytes = task_.what == operation::put ? size_of_value() : 0;
    if (!on_->send(line, task_.what == operation::put ? &content_ : nullptr))
        return on_failure(failure::connect);
    return std::nullopt;
}

std::optional<outcome> user::on_event(connection& on, std::uint32_t events)
{
    if (!is_busy_ || &on != on_ || !on.is_busy())
    {
        on.on_idle_event();
        return std::nullopt;
    }
    if ((events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0 && !on.on_writable())
        return on_failure(failure::connect);
    if ((events & ~static_cast<std::uint32_t>(EPOLLOUT)) == 0)
        return std::nullopt;
    return read_response(on);
}

std::optional<outcome> user::read_response(connection& on)
{
    for (;;)
    {
        const auto wants_bytes =
            (is_value_ && around_.how.verifies) || task_.what == operation::list;
        const auto what = on.receive(wants_bytes ? body_use::keep : body_use::drop);
        switch (what.is)
        {
        case arrival::kind::nothing:
            return std::nullopt;
        case arrival::kind::proceed:
            on.send_body();
            break;
        case arrival::kind::head:
            on_head(on.head());
            break;
        case arrival::kind::data:
            count(what);
            break;
        case arrival::kind::complete:
            return on_complete();
        case arrival::kind::failed:
            return on_failure(what.why);
        }
    }
}

bool user::may_follow() const
{
    return task_.what != operation::redirect && task_.what != operation::missing;
}

void user::on_head(const response_head& head)
{
    constexpr unsigned ok = 200;
    status_ = head.status;
    is_followed_ = may_follow() && is_redirect(status_) && !head.location.empty();
    is_value_ = task_.what == operation::get && status_ == ok;
    if (is_followed_)
        next_ = head.location;
}

void user::count(const arrival& piece)
{
    if (is_value_ && !piece.data.empty() && !is_damaged_)
        is_damaged_ = !content_.matches(received_, piece.data);
    if (task_.what == operation::list)
    {
        const auto text = as_text(piece.data);
        quotes_ += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '"'));
    }
    received_ += piece.bytes;
}

bool user::is_right_status() const
{
    switch (task_.what)
    {
    case operation::put:
        return status_ == 200 || status_ == 201 || status_ == 204;
    case operation::remove:
        return status_ == 200 || status_ == 202 || status_ == 204;
    case operation::redirect:
        return is_redirect(status_);
    case operation::missing:
        return status_ == around_.how.missing_status;
    default:
        return status_ == 200;
    }
}

std::optional<outcome> user::on_complete()
{
    if (is_followed_)
        return follow();
    if (!is_right_status())
        return is_remembered_ ? start_over() : finish(failure::status);
    if (is_value_ && received_ != size_of_value())
        return finish(failure::length);
    return finish(is_damaged_ ? failure::content : failure::none);
}

// A kept connection that the server had closed in the meantime is no fault of anybody.
std::optional<outcome> user::on_failure(failure why)
{
    if (why != failure::closed || !was_reused_ || status_ != 0 || was_retried_)
        return finish(why);
    ++reconnects_;
    was_retried_ = true;
    return start_over();
}

// From the front door again; at most once where a remembered place led nowhere.
std::optional<outcome> user::start_over()
{
    is_remembered_ = false;
    return first_request();
}

std::optional<outcome> user::follow()
{
    is_followed_ = false;
    if (++hops_ > hops_max)
        return finish(failure::redirect);
    if (next_.starts_with('/'))
        return request(origin_, next_, expectation::none);
    const auto where = parse_url(next_);
    if (!where)
        return finish(failure::redirect);
    const auto origin = around_.servers.find(where->authority, where->host, where->port);
    if (!origin)
        return finish(failure::connect);
    if (task_.what == operation::get)
        around_.remembered.remember(task_.key, *origin, where->target);
    return request(*origin, where->target, expectation::none);
}

outcome user::abandon(failure why)
{
    if (on_ != nullptr)
        on_->close();
    return finish(why);
}

outcome user::finish(failure why)
{
    is_busy_ = false;
    on_ = nullptr;
    outcome made;
    made.what = task_;
    made.why = why;
    made.status = status_;
    made.bytes = task_.what == operation::put ? size_of_value() : received_;
    if (task_.what == operation::list && quotes_ >= quotes_besides)
        made.listed = (quotes_ - quotes_besides) / 2;
    made.intended = intended_;
    return made;
}

}  // namespace smol::load
