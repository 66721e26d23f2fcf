#include "common/net/sleeper.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <utility>

namespace smol::net {

task<void> sleeper::sleep()
{
    co_await timer_.async_wait(use_task);
}

void sleeper::wake(std::shared_ptr<sleeper> who)
{
    const auto home = who->timer_.get_executor();
    asio::post(home, [who = std::move(who)] { who->timer_.cancel(); });
}

void throw_cancelled()
{
    throw boost::system::system_error(asio::error::operation_aborted);
}

}  // namespace smol::net
