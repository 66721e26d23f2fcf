#include "test/sim/client.hpp"

#include <array>
#include <optional>
#include <utility>

namespace smol::sim {

namespace {

constexpr std::array<moment, 4> patiences{4 * second, 20 * second, 60 * second, 120 * second};
constexpr std::size_t pieces_max = 4;

struct location
{
    std::string address;
    std::string target;
};

// Of "http://<address>/<target>".
location parse_location(std::string_view url)
{
    constexpr std::string_view scheme = "http://";
    url.remove_prefix(scheme.size());
    const auto slash = url.find('/');
    return {std::string(url.substr(0, slash)), std::string(url.substr(slash))};
}

std::vector<std::string> split(const std::string& bytes, std::size_t count)
{
    std::vector<std::string> pieces;
    const auto step = bytes.size() / count + 1;
    for (std::size_t at = 0; at < bytes.size(); at += step)
        pieces.push_back(bytes.substr(at, step));
    return pieces;
}

std::vector<std::string> replicas_of(const http::fields& headers)
{
    std::vector<std::string> urls;
    if (const auto first = headers.find("Location"))
        urls.emplace_back(*first);
    for (const auto& field : headers)
    {
        const auto value = std::string_view(field.value);
        if (http::equal_names(field.name, "Link") && value.starts_with('<'))
            urls.emplace_back(value.substr(1, value.find('>') - 1));
    }
    return urls;
}

}  // namespace

client::client(network& in, ledger& into, std::string name, std::string master, manners how)
    : host(name, name + ":1"), net_(in), world_(in.in()), ledger_(into), master_(std::move(master)),
      how_(how), life_(in.in(), std::move(name))
{
    in.add(*this);
}

void client::begin()
{
    ++at_work_;
    life_.spawn(work());
    life_.run();
}

net::task<void> client::work()
{
    auto& fate = world_.fate;
    for (std::size_t i = 0; i < how_.operations; ++i)
    {
        co_await life_.pause(fate.below(how_.pause_max));
        const auto key = fate.below(ledger_.keys());
        const auto choice = fate.below(20);
        if (choice < 10)
            co_await put(key);
        else if (choice < 16)
            co_await get(key);
        else
            co_await remove(key);
    }
    --at_work_;
}

moment client::patience()
{
    return patiences[world_.fate.below(patiences.size())];
}

http::request_head client::head_of(std::string method, std::size_t key) const
{
    http::request_head head;
    head.method = std::move(method);
    head.target = "/" + ledger::key_name(key);
    head.headers.set("Host", "master");
    return head;
}

net::task<result<answer>> client::ask(std::string address, http::request_head head)
{
    outgoing what;
    what.head = std::move(head);
    const auto limit = patience();
    co_return co_await call(net_, *this, std::move(address), std::move(what), limit);
}

net::task<void> client::put(std::size_t key)
{
    auto& fate = world_.fate;
    ++world_.count[counted::puts];
    operation one{operation::kind::write, ledger_.make_value(key), world_.now()};
    const auto& value = ledger_.value(one.value);
    auto head = head_of("PUT", key);
    head.body = http::framing::length;
    head.content_length = value.bytes.size();
    head.headers.set("Content-Length", std::to_string(value.bytes.size()));
    head.headers.set("Expect", "100-continue");
    head.expects_continue = true;
    if (!how_.may_overwrite)
        one.before = nothing;
    if (fate.odds(how_.conditional_of_10000))
    {
        const auto known = ledger_.last_seen(key);
        const bool is_match = known && fate.flip();
        one.before = is_match ? *known : nothing;
        const auto etag = is_match ? ledger_.value(*known).etag : std::string("*");
        head.headers.set(is_match ? "If-Match" : "If-None-Match", etag);
    }
    const auto got = co_await ask(master_, std::move(head));
    if (!got || got->status != 307)
    {
        ++world_.count[counted::puts_refused];
        world_.count[counted::preconditions_failed] += got && got->status == 412;
        co_return;
    }
    const std::string url(got->headers.find("Location").value_or(""));
    if (fate.odds(how_.late_of_10000))
    {
        ++world_.count[counted::tickets_late];
        co_await life_.pause(fate.below(how_.late_max));
    }
    const bool is_used_again = fate.odds(how_.again_of_10000);
    const bool is_same = fate.flip();
    if (is_used_again && !is_same)
    {
        ++at_work_;
        life_.spawn(upload_another(url, key, one));
    }
    auto how = co_await upload(url, one.value, one);
    if (is_used_again && is_same)
    {
        ++world_.count[counted::tickets_reused];
        const auto second_time = co_await upload(url, one.value, one);
        const bool is_better = second_time == ending::acknowledged ||
                               (second_time == ending::unknown && how == ending::refused);
        if (is_better)
            how = second_time;
    }
    settle(key, one, how);
}

// Other bytes with the same ticket: another write, of which at most one may be.
net::task<void> client::upload_another(std::string url, std::size_t key, operation like)
{
    ++world_.count[counted::tickets_reused];
    like.value = ledger_.make_value(key);
    co_await life_.pause(world_.fate.below(3 * second));
    const auto how = co_await upload(std::move(url), like.value, like);
    settle(key, like, how);
    --at_work_;
}

net::task<client::ending> client::upload(std::string url, value_id value, operation& into)
{
    auto& fate = world_.fate;
    const auto to = parse_location(url);
    outgoing what;
    what.head.method = "PUT";
    what.head.target = to.target;
    what.head.body = fate.flip() ? http::framing::length : http::framing::chunked;
    what.pieces = split(ledger_.value(value).bytes, fate.between(1, pieces_max));
    const bool is_cut = fate.odds(how_.cut_of_10000);
    if (is_cut)
    {
        ++world_.count[counted::client_cuts];
        what.cut_before = fate.below(what.pieces.size());
    }
    world_.note(name(), "uploads", std::to_string(value));
    const auto limit = patience();
    const auto got = co_await call(net_, *this, to.address, std::move(what), limit);
    if (is_cut)
        co_return ending::refused;
    co_return judge_put(got, value, into);
}

client::ending client::judge_put(const result<answer>& got, value_id value, operation& into)
{
    if (!got || got->status >= 500)
    {
        const bool is_refusal = got && (got->status == 503 || got->status == 507) &&
                                got->body.find("outcome_unknown") == std::string::npos;
        return is_refusal ? ending::refused : ending::unknown;
    }
    world_.count[counted::conflicts] += got->status == 409;
    world_.count[counted::preconditions_failed] += got->status == 412;
    if (got->status >= 300)
        return ending::refused;
    if (got->headers.find("ETag") != std::string_view(ledger_.value(value).etag))
        ledger_.accuse("a PUT was acknowledged with another ETag than its value has");
    into.ended = std::min(into.ended, world_.now());
    return ending::acknowledged;
}

void client::settle(std::size_t key, operation one, ending how)
{
    static constexpr std::array<std::string_view, 3> names{"acknowledged", "refused", "unknown"};
    world_.note(name(), names[static_cast<std::size_t>(how)], std::to_string(one.value));
    world_.count[counted::puts_acknowledged] += how == ending::acknowledged;
    world_.count[counted::puts_refused] += how == ending::refused;
    world_.count[counted::puts_unknown] += how == ending::unknown;
    if (how != ending::refused)
        ledger_.add(key, one);
}

net::task<void> client::get(std::size_t key)
{
    const auto since = world_.now();
    ++world_.count[counted::gets];
    const auto got = co_await ask(master_, head_of("GET", key));
    if (got && got->status == 404)
    {
        ++world_.count[counted::gets_of_nothing];
        world_.note(name(), "sees nothing", ledger::key_name(key));
        ledger_.saw_nothing(key, since);
        co_return;
    }
    if (got && got->status == 307)
    {
        for (const auto& url : replicas_of(got->headers))
        {
            const bool is_read = co_await read(key, since, url);
            if (is_read)
                co_return;
        }
    }
    ++world_.count[counted::gets_failed];
}

net::task<bool> client::read(std::size_t key, moment since, std::string url)
{
    const auto at = parse_location(url);
    auto head = head_of("GET", key);
    head.target = at.target;
    const auto got = co_await ask(at.address, std::move(head));
    if (got && got->status == 500)
        ++world_.count[counted::damage_refused];
    if (!got || got->status != 200)
        co_return false;
    ++world_.count[counted::gets_of_value];
    world_.note(name(), "sees", got->body.substr(0, 16));
    ledger_.saw(key, since, got->body, got->headers.find("ETag").value_or(""));
    co_return true;
}

net::task<void> client::read_all(std::size_t key)
{
    const auto since = world_.now();
    const auto got = co_await ask(master_, head_of("GET", key));
    if (got && got->status == 404)
        ledger_.saw_nothing(key, since);
    else if (!got || got->status != 307)
        ledger_.accuse("after healing a GET of " + ledger::key_name(key) + " gets no answer");
    else
        for (const auto& url : replicas_of(got->headers))
            co_await read(key, since, url);
}

net::task<void> client::remove(std::size_t key)
{
    ++world_.count[counted::deletes];
    operation one{operation::kind::remove, nothing, world_.now()};
    one.on_something = true;
    auto head = head_of("DELETE", key);
    const auto known = ledger_.last_seen(key);
    if (known && world_.fate.odds(how_.conditional_of_10000))
    {
        one.before = known;
        head.headers.set("If-Match", ledger_.value(*known).etag);
    }
    const auto got = co_await ask(master_, std::move(head));
    if (got && got->status == 404)
        ledger_.saw_nothing(key, one.started);
    if (got && got->status >= 400 && got->status < 500)
        co_return;
    if (got && got->status == 204)
    {
        ++world_.count[counted::deletes_acknowledged];
        one.ended = world_.now();
    }
    else
        ++world_.count[counted::deletes_unknown];
    world_.note(
        name(), got && got->status == 204 ? "deleted" : "delete unknown", ledger::key_name(key));
    ledger_.add(key, one);
}

}  // namespace smol::sim
