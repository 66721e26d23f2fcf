#include "master/rocks_index.hpp"

#include "common/base/bytes.hpp"
#include "common/base/failpoint.hpp"
#include "common/base/log.hpp"
#include "common/io/make_directories.hpp"
#include "common/net/offload.hpp"
#include "master/committer.hpp"
#include "master/index_reserve.hpp"
#include "master/write_set.hpp"

#include <fmt/format.h>
#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace smol::master {

namespace {

// On disk for ever, in the order of `family`. The first one is RocksDB's default, so that
// `ldb --db=olivedb get k1` finds records without being told where.
constexpr std::array<const char*, family_count> family_names{
    "default", "volumes", "deletions", "commits", "tombstones", "meta"};

constexpr std::string_view format_version = "1";
constexpr std::size_t block_bytes = 8 * KiB;  // larger: smaller index, faster lists, slower misses
constexpr std::size_t scan_readahead_bytes = 256 * KiB;

std::size_t number_of(family one)
{
    return static_cast<std::size_t>(one);
}

rocksdb::Slice slice_of(std::string_view text)
{
    return {text.data(), text.size()};
}

std::string_view view_of(const rocksdb::Slice& slice)
{
    return {slice.data(), slice.size()};
}

error_code failure(const rocksdb::Status& status, std::string_view doing)
{
    log::error("index_failed", {{"doing", doing}, {"reason", status.ToString()}});
    return errc::index_failed;
}

rocksdb::DBOptions database_options()
{
    rocksdb::DBOptions options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    options.paranoid_checks = true;
    options.max_open_files = -1;
    options.max_background_jobs = 2;
    options.max_total_wal_size = 256u << 20;
    options.keep_log_file_num = 4;
    options.max_log_file_size = 16u << 20;
    // A batch that was being written at a power loss may be torn anywhere: recovery ends before it.
    options.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
    return options;
}

rocksdb::ColumnFamilyOptions family_options(const std::shared_ptr<rocksdb::Cache>& cache)
{
    rocksdb::BlockBasedTableOptions table;
    table.block_cache = cache;
    table.block_size = block_bytes;
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
    // Partitioned, and inside the cache: memory stays bounded however many keys there are.
    table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
    table.partition_filters = true;
    table.cache_index_and_filter_blocks = true;
    table.pin_l0_filter_and_index_blocks_in_cache = true;
    table.format_version = 5;

    rocksdb::ColumnFamilyOptions options;
    options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
    options.compression = rocksdb::kLZ4Compression;
    options.bottommost_compression = rocksdb::kZSTD;
    options.write_buffer_size = 32u << 20;
    return options;
}

// Most keys that are asked for are not among the last ones written: a filter says so at a fraction
// of what a search through all of those costs.
rocksdb::ColumnFamilyOptions records_options(const std::shared_ptr<rocksdb::Cache>& cache)
{
    auto options = family_options(cache);
    options.memtable_whole_key_filtering = true;
    options.memtable_prefix_bloom_size_ratio = 0.02;
    return options;
}

// The index holds the cluster's secret: a directory that we make is its owner's only.
void make_directory(const std::string& directory)
{
    constexpr unsigned owner_only = 0700;
    const auto made = io::make_directories(directory, owner_only);
    if (!made)
        throw std::runtime_error(
            fmt::format("cannot open the index in {}: its directory cannot be made: {}",
                directory,
                made.error().message()));
}

// Families that the directory has already; none if there is no index yet. Throws for families that
// this version does not know.
void check_families(const std::string& directory)
{
    std::vector<std::string> present;
    if (!rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), directory, &present).ok())
        return;
    for (const auto& name : present)
    {
        const auto known = std::find(family_names.begin(), family_names.end(), name);
        if (known == family_names.end())
            throw std::runtime_error(fmt::format(
                "the index in {} has a family '{}' that this version of smol does not know: it was "
                "written by a newer version or is not smol's; start that version instead",
                directory,
                name));
    }
}

}  // namespace

struct rocks_index::state
{
    explicit state(rocks_options with) : options(std::move(with))
    {
        memory_only.read_tier = rocksdb::kBlockCacheTier;
        readers.emplace(options.reader_threads);
    }
    ~state();

    rocksdb::ColumnFamilyHandle* at(family in) const { return handles[number_of(in)]; }

    void open();
    void check_format();
    result<std::optional<std::string>> read(family in, std::string_view key);
    result<void> visit(
        family in, const std::string& from, const std::string& to, const visitor& each);
    rocksdb::Status write_synced(const write_set& changes);
    void write(std::vector<committer::waiting>& batch);

    rocks_options options;
    rocksdb::ReadOptions memory_only;
    std::unique_ptr<rocksdb::DB> database;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    std::optional<index_reserve> reserve;
    bool failed = false;  // committer's thread only
    std::optional<net::pool> readers;
    std::unique_ptr<committer> writer;
};

rocks_index::state::~state()
{
    writer.reset();
    readers.reset();  // finishes the reads that are queued
    for (auto* handle : handles)
        database->DestroyColumnFamilyHandle(handle);
}

void rocks_index::state::open()
{
    make_directory(options.directory);
    reserve.emplace(options.directory);
    reserve->keep();
    if (!reserve->has_room_to_open())
        throw std::runtime_error(
            fmt::format("the disk of the index in {} is full; make {} MiB of room and start again",
                options.directory,
                index_bytes_to_open / MiB));
    check_families(options.directory);
    const auto cache = rocksdb::NewLRUCache(options.cache_bytes);
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const auto* name : family_names)
        families.emplace_back(name, family_options(cache));
    families[number_of(family::records)].options = records_options(cache);

    rocksdb::DB* opened = nullptr;
    const auto status =
        rocksdb::DB::Open(database_options(), options.directory, families, &handles, &opened);
    database.reset(opened);
    if (status.ok())
        return check_format();
    const auto* hint = status.IsIOError() && status.ToString().find("lock") != std::string::npos
                           ? "is another master using it? "
                           : "";
    throw std::runtime_error(fmt::format(
        "cannot open the index in {}: {}{}", options.directory, hint, status.ToString()));
}

void rocks_index::state::check_format()
{
    const auto format = read(family::meta, "format");
    if (!format)
        throw std::runtime_error(
            fmt::format("cannot read the index in {}; see the log", options.directory));
    if (*format && **format == format_version)
        return;
    if (*format)
        throw std::runtime_error(fmt::format("the index in {} has format {}, and this version of "
                                             "smol reads up to {}: it was written "
                                             "by a newer version; start that version instead",
            options.directory,
            **format,
            format_version));

    bool is_empty = true;
    const auto visited =
        visit(family::records, {}, {}, [&](auto, auto) { return is_empty = false; });
    if (!visited || !is_empty)
        throw std::runtime_error(
            fmt::format("{} holds a database that is not smol's; name another directory with --db",
                options.directory));
    rocksdb::WriteOptions synced;
    synced.sync = true;
    const auto status = database->Put(synced, at(family::meta), "format", slice_of(format_version));
    if (!status.ok())
        throw std::runtime_error(fmt::format(
            "cannot write to the index in {}: {}", options.directory, status.ToString()));
}

result<std::optional<std::string>> rocks_index::state::read(family in, std::string_view key)
{
    std::string value;
    const auto status = database->Get(rocksdb::ReadOptions(), at(in), slice_of(key), &value);
    if (status.ok())
        return std::optional(std::move(value));
    if (status.IsNotFound())
        return std::optional<std::string>();
    return failure(status, "get");
}

result<void> rocks_index::state::visit(
    family in, const std::string& from, const std::string& to, const visitor& each)
{
    rocksdb::ReadOptions options_of_scan;
    options_of_scan.fill_cache = false;  // a listing must not push out what single reads need
    options_of_scan.readahead_size = scan_readahead_bytes;
    const rocksdb::Slice end = slice_of(to);
    if (!to.empty())
        options_of_scan.iterate_upper_bound = &end;
    const std::unique_ptr<rocksdb::Iterator> at_entry(
        database->NewIterator(options_of_scan, at(in)));
    for (at_entry->Seek(slice_of(from)); at_entry->Valid(); at_entry->Next())
    {
        if (!each(view_of(at_entry->key()), view_of(at_entry->value())))
            return {};
    }
    if (!at_entry->status().ok())
        return failure(at_entry->status(), "scan");
    return {};
}

rocksdb::Status rocks_index::state::write_synced(const write_set& changes)
{
    rocksdb::WriteBatch batch;
    for (const auto& step : changes.steps())
    {
        auto status = rocksdb::Status::OK();
        if (step.is == write_step::kind::put)
            status = batch.Put(at(step.in), slice_of(step.key), slice_of(step.value));
        else if (step.is == write_step::kind::remove)
            status = batch.Delete(at(step.in), slice_of(step.key));
        else
            status = batch.DeleteRange(at(step.in), slice_of(step.key), slice_of(step.value));
        if (!status.ok())
            return status;
    }
    if (batch.Count() == 0)
        return rocksdb::Status::OK();
    rocksdb::WriteOptions synced;
    synced.sync = true;
    return database->Write(synced, &batch);
}

void rocks_index::state::write(std::vector<committer::waiting>& batch)
{
    write_set changes([this](family in, std::string_view key) { return read(in, key); });
    for (auto& one : batch)
        one.outcome = failed ? result<void>(errc::index_failed) : changes.run(one.what);
    for (const auto& one : batch)
        failpoint(one.what.step.before);

    if (const auto status = write_synced(changes); !status.ok())
    {
        failed = true;
        log::error("index_failed", {{"doing", "write"}, {"reason", status.ToString()}});
        options.on_failure();
        for (auto& one : batch)
            one.outcome = make_error_code(errc::index_failed);
    }
    for (const auto& one : batch)
        failpoint(one.what.step.after);
}

rocks_index::rocks_index(rocks_options options)
{
    if (!options.on_failure)
        options.on_failure = [] { std::_Exit(EXIT_FAILURE); };
    state_ = std::make_unique<state>(std::move(options));
    state_->open();
    auto write = [all = state_.get()](auto& batch) { all->write(batch); };
    state_->writer = std::make_unique<committer>(std::move(write));
}

rocks_index::~rocks_index() = default;

void rocks_index::close()
{
    state_->writer->close();
}

result<lookup> rocks_index::try_get(family in, std::string_view key, std::string& value)
{
    rocksdb::PinnableSlice found(&value);
    const auto status =
        state_->database->Get(state_->memory_only, state_->at(in), slice_of(key), &found);
    if (status.ok())
    {
        if (found.IsPinned())
            value.assign(found.data(), found.size());
        return lookup::found;
    }
    if (status.IsNotFound())
        return lookup::absent;
    if (status.IsIncomplete())
        return lookup::would_block;
    return failure(status, "get");
}

net::task<result<std::optional<std::string>>> rocks_index::get(family in, std::string key)
{
    auto work = [&] { return state_->read(in, key); };
    auto found = co_await net::offload(*state_->readers, std::move(work));
    co_return found;
}

net::task<result<void>> rocks_index::visit(
    family in, std::string from, std::string to, visitor each)
{
    auto work = [&] { return state_->visit(in, from, to, each); };
    auto visited = co_await net::offload(*state_->readers, std::move(work));
    co_return visited;
}

net::task<result<void>> rocks_index::apply(change one)
{
    const auto home = co_await asio::this_coro::executor;
    auto start = [&](auto handler) {
        auto shared = std::make_shared<decltype(handler)>(std::move(handler));
        auto guard = asio::make_work_guard(home);
        auto done = [shared, guard](result<void> outcome) {
            asio::post(guard.get_executor(), [shared, outcome] { (*shared)(outcome); });
        };
        state_->writer->submit({std::move(one), std::move(done)});
    };
    using token = asio::use_awaitable_t<net::executor>;
    auto pending = asio::async_initiate<const token, void(result<void>)>(std::move(start), token{});
    auto outcome = co_await std::move(pending);
    co_return outcome;
}

index_stats rocks_index::stats()
{
    index_stats found;
    state_->database->GetIntProperty(
        state_->at(family::records), "rocksdb.estimate-num-keys", &found.keys);
    return found;
}

bool rocks_index::has_room() const
{
    return state_->reserve->has_room();
}

void rocks_index::tend()
{
    state_->reserve->keep();
}

}  // namespace smol::master
