#include "cli/command.hpp"

#include "cli/terminal.hpp"
#include "common/net/gate.hpp"

#include <fmt/format.h>

#include <csignal>
#include <future>

namespace smol::cli {

namespace {

net::task<void> keep_code(net::task<exit_code> command, std::promise<exit_code> ended)
{
    const auto code = co_await std::move(command);
    ended.set_value(code);
}

}  // namespace

exit_code report(const failure& why)
{
    if (why.code == exit_code::ok)
        write_text(standard::output, why.message);
    else if (!why.message.empty())
        write_text(standard::error,
            fmt::format("{}smol:{} {}\n",
                begin(colour::red, standard::error),
                end_colour(standard::error),
                why.message));
    return why.code;
}

exit_code report(progress_meter& meter, const failure& why)
{
    meter.wipe();
    return report(why);
}

void note(progress_meter& meter, std::string_view what)
{
    meter.wipe();
    write_text(standard::error, fmt::format("smol: note: {}\n", what));
}

exit_code run_on_loop(const std::function<net::task<exit_code>(net::loop&, net::clock&)>& command)
{
    ::signal(SIGPIPE, SIG_IGN);
    const auto time = net::make_system_clock();
    net::gate inside;
    net::loops loops(1);
    std::promise<exit_code> ended;
    auto code = ended.get_future();
    auto work = keep_code(command(loops.at(0), *time), std::move(ended));
    net::spawn(loops.at(0), inside, "command", std::move(work));
    loops.start();
    code.wait();
    loops.stop();
    try
    {
        return code.get();
    }
    catch (const std::future_error&)
    {
        return exit_code::failed;  // it threw; the log says what
    }
}

}  // namespace smol::cli
