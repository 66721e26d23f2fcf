#include "master/records.hpp"

#include "common/base/log.hpp"
#include "common/key/object_key.hpp"

namespace smol::master {

namespace {

result<std::optional<wire::record>> parsed(std::string_view key, std::string_view line)
{
    auto record = wire::parse_record(line);
    if (record)
        return std::optional(std::move(*record));
    log::error("record_damaged", {{"key", key::encode(key)}, {"reason", name_of(record.error())}});
    return record.error();
}

}  // namespace

net::task<result<std::optional<wire::record>>> read_record(index& entries, std::string key)
{
    const auto quick = entries.try_get(family::records, key);
    if (!quick)
        co_return quick.error();
    if (quick->is == lookup::absent)
        co_return std::optional<wire::record>();
    if (quick->is == lookup::found)
        co_return parsed(key, quick->value);

    const auto line = co_await entries.get(family::records, key);
    if (!line)
        co_return line.error();
    if (!*line)
        co_return std::optional<wire::record>();
    co_return parsed(key, **line);
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
