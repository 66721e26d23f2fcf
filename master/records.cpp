#include "master/records.hpp"

#include "common/base/log.hpp"
#include "common/key/object_key.hpp"

namespace smol::master {

namespace {

void log_damage(std::string_view key, const error_code& reason)
{
    log::error("record_damaged", {{"key", key::encode(key)}, {"reason", name_of(reason)}});
}

result<std::optional<wire::record>> parsed(std::string_view key, std::string_view line)
{
    auto record = wire::parse_record(line);
    if (record)
        return std::optional(std::move(*record));
    log_damage(key, record.error());
    return record.error();
}

}  // namespace

net::task<result<std::optional<wire::record>>> read_record(index& entries, std::string key)
{
    const auto line = co_await read_line(entries, key);
    if (!line)
        co_return line.error();
    if (!*line)
        co_return std::optional<wire::record>();
    co_return parsed(key, **line);
}

net::task<result<std::optional<std::string>>> read_line(index& entries, std::string key)
{
    std::string line;
    const auto quick = entries.try_get(family::records, key, line);
    if (!quick)
        co_return quick.error();
    if (*quick == lookup::absent)
        co_return std::optional<std::string>();
    if (*quick == lookup::found)
        co_return std::optional(std::move(line));
    co_return co_await entries.get(family::records, key);
}

result<wire::record_view> view_record(std::string_view key, std::string_view line)
{
    const auto record = wire::read_record(line);
    if (!record)
        log_damage(key, record.error());
    return record;
}

result<std::optional<wire::record>> read_record(change_view& view, std::string_view key)
{
    const auto line = view.get(family::records, key);
    if (!line)
        return line.error();
    if (!*line)
        return std::optional<wire::record>();
    return parsed(key, **line);
}

void write_record(change_view& view, std::string_view key, const wire::record& record)
{
    view.put(family::records, key, wire::print(record));
}

}  // namespace smol::master
