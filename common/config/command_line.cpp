#include "common/config/command_line.hpp"

#include "common/config/nearest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace smol::config {

namespace {

class command_line_reader
{
public:
    command_line_reader(const program& of, const std::vector<std::string>& arguments)
        : of_(of), arguments_(arguments)
    {
        if (of.reads_file)
        {
            config_.flag = "--config";
            config_.placeholder = "FILE";
        }
    }

    command_line read() &&
    {
        while (at_ < arguments_.size() && read_.is == verdict::run)
            take(arguments_[at_++]);
        return std::move(read_);
    }

private:
    void take(const std::string& argument)
    {
        if (flags_ended_ || argument == "-" || !argument.starts_with('-'))
            take_operand(argument);
        else if (argument == "--")
            flags_ended_ = true;
        else if (argument == "--help" || argument == "-h")
            read_.is = verdict::help;
        else if (argument == "--version")
            read_.is = verdict::version;
        else if (argument.starts_with("--"))
            take_flag(argument);
        else
            take_letters(argument);
    }

    void take_operand(const std::string& argument)
    {
        if (of_.operands.empty())
            refuse(fmt::format("'{}' is not expected: only flags are taken", argument));
        else
            read_.operands.push_back(argument);
    }

    void take_flag(const std::string& argument)
    {
        const auto equals = argument.find('=');
        const auto name = argument.substr(0, equals);
        const auto* row = find(name);
        if (!row && name.starts_with("--no-") && equals == std::string::npos)
            return take_negation(name);
        if (!row)
            return refuse_unknown(name);
        if (equals != std::string::npos)
            return keep(*row, argument.substr(equals + 1), name);
        if (row->placeholder.empty())
            return keep(*row, "true", name);
        take_value(*row, name);
    }

    void take_negation(const std::string& name)
    {
        const auto* row = find("--" + name.substr(5));
        if (!row || !row->placeholder.empty())
            return refuse_unknown(name);
        keep(*row, "false", name);
    }

    // "-r", "-rl", "-j4" and "-j 4".
    void take_letters(const std::string& argument)
    {
        for (std::size_t i = 1; i < argument.size() && read_.is == verdict::run; ++i)
        {
            const auto name = fmt::format("-{}", argument[i]);
            const auto row = std::find_if(of_.settings.begin(),
                of_.settings.end(),
                [&](const setting& one) { return one.letter != 0 && one.letter == argument[i]; });
            if (row == of_.settings.end())
                return refuse_unknown(name);
            if (row->placeholder.empty())
            {
                keep(*row, "true", name);
                continue;
            }
            if (i + 1 < argument.size())
                return keep(*row, argument.substr(i + 1), name);
            return take_value(*row, name);
        }
    }

    // A value that begins with two dashes is more likely a flag after a forgotten value.
    void take_value(const setting& row, const std::string& name)
    {
        if (at_ == arguments_.size() || arguments_[at_].starts_with("--"))
            return refuse(fmt::format("{} needs a value: {} {}", name, name, row.placeholder));
        keep(row, arguments_[at_++], name);
    }

    void keep(const setting& row, std::string value, const std::string& source)
    {
        if (&row == &config_)
            read_.file = std::move(value);
        else
            read_.values.push_back({&row, std::move(value), source});
    }

    const setting* find(std::string_view flag) const
    {
        if (!config_.flag.empty() && flag == config_.flag)
            return &config_;
        const auto row = std::find_if(of_.settings.begin(),
            of_.settings.end(),
            [&](const setting& one) { return one.flag == flag; });
        return row == of_.settings.end() ? nullptr : &*row;
    }

    void refuse_unknown(const std::string& name)
    {
        std::vector<std::string> known{"--help", "--version"};
        if (of_.reads_file)
            known.push_back(config_.flag);
        for (const auto& row : of_.settings)
            known.push_back(row.flag);
        refuse(fmt::format("unknown flag {}{}", name, suggestion(name, known)));
    }

    void refuse(std::string message)
    {
        read_.is = verdict::invalid;
        read_.message = std::move(message);
    }

    const program& of_;
    const std::vector<std::string>& arguments_;
    setting config_;
    std::size_t at_ = 0;
    bool flags_ended_ = false;
    command_line read_;
};

}  // namespace

command_line read_command_line(const program& of, const std::vector<std::string>& arguments)
{
    return command_line_reader(of, arguments).read();
}

std::string suggestion(std::string_view word, const std::vector<std::string>& known)
{
    const auto meant = nearest(word, known);
    return meant.empty() ? std::string() : fmt::format("; did you mean {}?", meant);
}

}  // namespace smol::config
