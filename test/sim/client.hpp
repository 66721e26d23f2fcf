#pragma once

// A client: PUT, GET and DELETE through the front door, as curl does them, with bad manners now and
// then. Writes down what it did and saw.

#include "test/sim/http_call.hpp"
#include "test/sim/ledger.hpp"

#include <memory>
#include <string>

namespace smol::sim {

struct manners
{
    std::size_t operations = 5;
    bool may_overwrite = true;  // the master's policy
    std::uint64_t conditional_of_10000 = 2'000;
    std::uint64_t late_of_10000 = 0;   // uses of a ticket
    std::uint64_t again_of_10000 = 0;  // second uses of a ticket
    std::uint64_t cut_of_10000 = 0;    // goes away in the middle of a body
    moment late_max = 100 * second;
    moment pause_max = 300 * millisecond;
};

class client final : public host
{
public:
    client(network& in, ledger& into, std::string name, std::string master, manners how);

    life* living() override { return &life_; }
    bool has_power() const override { return true; }
    void accept(endpoint) override {}

    void begin();
    bool is_done() const { return at_work_ == 0; }

    // One GET of every replica that the master names.
    net::task<void> read_all(std::size_t key);

private:
    enum class ending
    {
        acknowledged,
        refused,  // nothing has happened, and nothing will
        unknown,
    };

    net::task<void> work();
    net::task<void> put(std::size_t key);
    net::task<ending> upload(std::string url, value_id value, operation& into);
    net::task<void> upload_another(std::string url, std::size_t key, operation like);
    net::task<void> get(std::size_t key);
    net::task<bool> read(std::size_t key, moment since, std::string url);
    net::task<void> remove(std::size_t key);
    void settle(std::size_t key, operation one, ending how);
    ending judge_put(const result<answer>& got, value_id value, operation& into);
    http::request_head head_of(std::string method, std::size_t key) const;
    net::task<result<answer>> ask(std::string address, http::request_head head);
    moment patience();

    network& net_;
    world& world_;
    ledger& ledger_;
    std::string master_;
    manners how_;
    life life_;
    std::size_t at_work_ = 0;  // its own sequence of operations, and uploads beside it
};

}  // namespace smol::sim
