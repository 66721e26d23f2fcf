#pragma once

// A machine with a disk and one process, which starts, ends, is killed, loses power, starts again.

#include "test/sim/network.hpp"

#include <memory>
#include <string>

namespace smol::sim {

class machine : public host
{
public:
    machine(network& in, std::string name, std::string address);

    life* living() override { return is_listening_ ? life_.get() : nullptr; }
    bool has_power() const override { return has_power_; }

    bool is_running() const { return life_ != nullptr; }
    bool is(const life& one) const { return life_.get() == &one; }

    // Nothing happens if it runs already.
    void start();
    // kill -9: what was written stays, flushed or not.
    void kill();
    // What was not flushed is lost, or not. Nobody is told.
    void lose_power();

    machine_clock& time() { return time_; }
    network& net() { return net_; }
    world& in() { return net_.in(); }
    life& current() { return *life_; }

protected:
    // The process begins: makes what it is made of, spawns what it does, and listens in the end.
    virtual void begin() = 0;
    // Everything of the process is gone but its objects, which go now.
    virtual void forget() = 0;
    virtual void spoil_disk() = 0;

    void listen() { is_listening_ = true; }
    // It ends by itself, soon.
    void exit(std::string why);

private:
    void end();

    network& net_;
    machine_clock time_;
    std::unique_ptr<life> life_;
    bool is_listening_ = false;
    bool has_power_ = true;
};

}  // namespace smol::sim
