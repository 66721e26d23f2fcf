#pragma once

// The simulated network: connections between hosts that delay, lose, hold up and reorder what is
// sent (never within one connection), and partitions that may be one-way. One thread.

#include "common/http/message.hpp"
#include "test/sim/life.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

namespace smol::sim {

struct message
{
    enum class kind
    {
        request,
        response,  // with all of its body
        line,      // of a heartbeat stream
        piece,     // of a request's body
        end,       // of it
    };

    kind is = kind::end;
    std::shared_ptr<const http::request_head> request;
    std::shared_ptr<const http::response_head> response;
    std::string text;
};

class endpoint;

// A machine with one process on it, or none at the moment.
class host
{
public:
    host(std::string name, std::string address)
        : name_(std::move(name)), address_(std::move(address))
    {}
    virtual ~host() = default;

    const std::string& name() const { return name_; }
    const std::string& address() const { return address_; }

    virtual life* living() = 0;  // null: no process that listens
    virtual bool has_power() const = 0;
    virtual void accept(endpoint from) = 0;

private:
    std::string name_;
    std::string address_;
};

struct network_faults
{
    std::uint64_t lost_of_10000 = 0;  // messages; what follows on the connection is lost as well
    std::uint64_t late_of_10000 = 0;
    std::uint64_t doubled_of_10000 = 0;  // calls that arrive a second time
    moment late_max = 0;
};

class network
{
public:
    explicit network(world& in) : world_(in) {}

    world& in() { return world_; }
    void add(host& one) { hosts_[one.address()] = &one; }
    host* find(const std::string& address) const;

    // Nothing is refused at once: a connection to nowhere is silent, or is cut after a while.
    endpoint dial(host& from, const std::string& address);

    void block(host& from, host& to) { blocked_.insert({&from, &to}); }
    void heal() { blocked_.clear(); }
    bool is_blocked(host& from, host& to) const { return blocked_.contains({&from, &to}); }

    // When the last of what was sent so far arrives.
    moment last_arrival() const { return last_arrival_; }

    network_faults faults;

private:
    friend class endpoint;
    struct half;
    struct connection;

    void send(const std::shared_ptr<connection>& over, bool is_to_server, message what);
    void deliver(const std::shared_ptr<connection>& over, bool is_to_server, message what);
    void cut(const std::shared_ptr<connection>& over, bool is_to_server);
    void arrive(connection& over, half& at, host& to);
    moment transit();

    world& world_;
    moment last_arrival_ = 0;
    std::map<std::string, host*> hosts_;
    std::set<std::pair<host*, host*>> blocked_;
};

// One end of a connection; when it goes, the other end is cut. Belongs to a life.
class endpoint
{
public:
    endpoint() = default;
    endpoint(endpoint&& other) noexcept { swap(other); }
    endpoint& operator=(endpoint&& other) noexcept
    {
        swap(other);
        return *this;
    }
    ~endpoint() { close(); }

    void send(message what);
    // peer_unreachable: cut. request_timeout: nothing came in time.
    net::task<result<message>> receive(moment limit);
    bool has_arrived() const;
    void close();

    // The process at the other end; null for one that has none.
    host& peer() const;

private:
    friend class network;
    endpoint(network& in, std::shared_ptr<network::connection> over, bool is_server)
        : in_(&in), over_(std::move(over)), is_server_(is_server)
    {}
    void swap(endpoint& other) noexcept;

    network* in_ = nullptr;
    std::shared_ptr<network::connection> over_;
    bool is_server_ = false;
};

}  // namespace smol::sim
