#include "test/sim/machine.hpp"

#include <utility>

namespace smol::sim {

machine::machine(network& in, std::string name, std::string address)
    : host(std::move(name), std::move(address)), net_(in), time_(in.in())
{
    in.add(*this);
}

void machine::start()
{
    if (life_)
        return;
    in().note(name(), "starts");
    has_power_ = true;
    life_ = std::make_unique<life>(in(), name());
    time_.run_in(life_.get());
    begin();
    life_->run();
}

void machine::kill()
{
    if (!life_)
        return;
    in().note(name(), "is killed");
    end();
}

void machine::lose_power()
{
    in().note(name(), "loses power");
    has_power_ = false;
    end();
    spoil_disk();
}

void machine::exit(std::string why)
{
    in().note(name(), "exits", why);
    const auto number = life_->number();
    auto ending = [this, number] {
        if (life_ && life_->number() == number)
            end();
    };
    in().at(in().now(), nullptr, std::move(ending));
}

void machine::end()
{
    if (!life_)
        return;
    is_listening_ = false;
    life_->end();
    forget();
    life_.reset();
}

}  // namespace smol::sim
