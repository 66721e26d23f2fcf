#include "cli/command.hpp"
#include "cli/commands.hpp"

#include <exception>

int main(int argc, char** argv)
try
{
    using namespace smol;
    cli::invocation given{{argv + 1, argv + argc}, config::process_environment()};
    return static_cast<int>(cli::run(std::move(given)));
}
catch (const std::exception& why)
{
    return static_cast<int>(smol::cli::report({smol::cli::exit_code::failed, why.what()}));
}
