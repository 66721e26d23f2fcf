#include "common/base/error.hpp"

#include <array>
#include <cstddef>
#include <string>

namespace smol {
namespace {

struct reason_text
{
    errc reason;
    const char* name;
    const char* message;  // what, why and what to do, for a person with curl; one line
};

// In the order of the enumerators.
constexpr std::array reasons{
    reason_text{errc::malformed_request,
        "malformed_request",
        "This is not a well-formed HTTP/1.1 request, or it uses a part of HTTP that is refused "
        "because readers disagree about it. Check the request line, Host, Content-Length and "
        "Transfer-Encoding."},
    reason_text{errc::target_too_long,
        "target_too_long",
        "The request target is over 8 KiB. Shorten the key or the query."},
    reason_text{errc::headers_too_large,
        "headers_too_large",
        "The header section is over 16 KiB, or the trailers or chunk extensions are over 4 KiB. "
        "Send less beside the value."},
    reason_text{errc::too_many_headers,
        "too_many_headers",
        "The request has more than 64 header fields. Send fewer."},
    reason_text{errc::key_empty,
        "key_empty",
        "The URL names no key: the key is what follows the first slash, as in /my-file."},
    reason_text{errc::key_too_long,
        "key_too_long",
        "The key is over 1,024 bytes, counted after percent-decoding. Choose a shorter one."},
    reason_text{errc::key_reserved,
        "key_reserved",
        "Keys that begin with \"-/\" are reserved for smol itself. Choose another key."},
    reason_text{errc::key_malformed,
        "key_malformed",
        "The key in the URL cannot be decoded: a percent sign must be followed by two hexadecimal "
        "digits, and other than printable ASCII bytes must be percent-encoded."},
    reason_text{errc::query_invalid,
        "query_invalid",
        "The query has a parameter that is unknown here, given twice or unreadable. A question "
        "mark that belongs to the key is written %3F."},
    reason_text{errc::method_not_allowed,
        "method_not_allowed",
        "There is no such operation here. Use GET, HEAD, PUT or DELETE with a key."},
    reason_text{errc::length_required,
        "length_required",
        "The length of the value is not known, or it is empty and this server refuses empty "
        "values. Send Content-Length, or Transfer-Encoding: chunked."},
    reason_text{errc::body_too_large,
        "body_too_large",
        "The value is larger than this server accepts. Split it, or ask the operator to raise the "
        "limit."},
    reason_text{errc::body_truncated,
        "body_truncated",
        "The connection ended before the whole value arrived, so nothing was stored. Send it "
        "again."},
    reason_text{errc::digest_mismatch,
        "digest_mismatch",
        "The bytes that arrived do not fit the digest that was sent with them, so nothing was "
        "stored. Check Content-MD5 and send the value again."},
    reason_text{errc::meta_too_large,
        "meta_too_large",
        "The headers to be kept are too large: Smol-Meta-* may have 2 KiB in all and Content-Type "
        "256 bytes, where blanks, %, = and other than printable ASCII bytes count as three. "
        "Shorten them."},
    reason_text{errc::precondition_failed,
        "precondition_failed",
        "The condition of the request (If-Match or the like) does not hold, so nothing was "
        "changed. Get the current ETag and decide again."},
    reason_text{errc::not_modified,
        "not_modified",
        "The value has not changed since you got it. Use the copy you have."},
    reason_text{errc::range_unsatisfiable,
        "range_unsatisfiable",
        "The range begins beyond the end of the value. Content-Range says how long the value is."},
    reason_text{errc::request_timeout,
        "request_timeout",
        "The request took too long to arrive, so nothing was stored. Send it again over a faster "
        "connection."},
    reason_text{errc::not_found,
        "not_found",
        "There is no such key. Check its spelling, or list what there is with GET /?list."},
    reason_text{errc::key_exists,
        "key_exists",
        "The key has a value already and this server does not overwrite without being asked. "
        "Delete it first, or send If-Match with its ETag."},
    reason_text{errc::key_protected,
        "key_protected",
        "This server deletes only what was unlinked before. Send POST /key?unlink first."},
    reason_text{errc::write_conflict,
        "write_conflict",
        "Another write of this key was committed first, so this one changed nothing. Look at what "
        "is there now and decide again."},
    reason_text{errc::key_collision,
        "key_collision",
        "Another key with the same MD5 has a value here, and the two cannot live side by side. "
        "Choose another key."},
    reason_text{errc::value_gone,
        "value_gone",
        "The key is known, but every replica of its value is lost. Restore it from elsewhere and "
        "store it again."},
    reason_text{errc::ticket_missing,
        "ticket_missing",
        "A volume serves only with a ticket from the master. Ask the master for the key and follow "
        "its redirect."},
    reason_text{errc::ticket_invalid,
        "ticket_invalid",
        "The ticket was altered, or is for another key, method or volume. Ask the master for the "
        "key again and follow its redirect unchanged."},
    reason_text{errc::ticket_expired,
        "ticket_expired",
        "The ticket has expired. Ask the master for the key again."},
    reason_text{errc::signature_invalid,
        "signature_invalid",
        "This call is for smol's own processes and its signature is missing, wrong or too old. "
        "Check that both have the same secret and that their clocks agree."},
    reason_text{errc::secret_unsafe,
        "secret_unsafe",
        "The secret file is unreadable, too short or readable by others. Give it at least 32 bytes "
        "and mode 0600."},
    reason_text{errc::too_few_volumes,
        "too_few_volumes",
        "Fewer volumes are up than a write needs, so nothing was stored. Start more volumes, or "
        "try again later."},
    reason_text{errc::no_room,
        "no_room",
        "There is not enough room for the value. Delete something, or add a volume."},
    reason_text{errc::volumes_down,
        "volumes_down",
        "The value exists, but all volumes that hold it are down. Start them, or try again later."},
    reason_text{errc::volume_joining,
        "volume_joining",
        "This volume has not been let in by its master yet, so nothing was done. Try again in a "
        "moment; if it lasts, look into the volume's log and check its --master."},
    reason_text{errc::volume_read_only,
        "volume_read_only",
        "This volume became read-only after an I/O error. Check its disk and restart it."},
    reason_text{errc::too_many_requests,
        "too_many_requests",
        "The server has as many connections as it allows. Try again in a moment."},
    reason_text{errc::shutting_down,
        "shutting_down",
        "The server is shutting down. Try again in a moment."},
    reason_text{errc::blob_missing,
        "blob_missing",
        "This volume does not have the value in that generation. Ask the master for the key "
        "again."},
    reason_text{errc::blob_damaged,
        "blob_damaged",
        "The copy on this volume is damaged and is not served. Ask the master for another "
        "replica."},
    reason_text{errc::no_user_attributes,
        "no_user_attributes",
        "The file system keeps no user.* extended attributes, which smol needs. Use ext4, XFS or "
        "btrfs for the volume."},
    reason_text{errc::index_failed,
        "index_failed",
        "The index could not read or write its database. Look into the master's log and check its "
        "disk."},
    reason_text{errc::peer_unreachable,
        "peer_unreachable",
        "Another process of the store did not answer in time. Check that it runs and can be "
        "reached, or try again."},
    reason_text{errc::peer_refused,
        "peer_refused",
        "Another process of the store refused its part of the work. Look into its log."},
    reason_text{errc::format_newer,
        "format_newer",
        "This was written by a newer version of smol. Run that version or a later one."},
    reason_text{errc::format_damaged,
        "format_damaged",
        "This is not in a format that smol knows: it is damaged or was not written by smol. "
        "Restore it from another replica or a backup."},
    reason_text{errc::foreign_cluster,
        "foreign_cluster",
        "This volume belongs to another cluster. Point it at its own master, or give this one an "
        "empty directory."},
    reason_text{errc::outcome_unknown,
        "outcome_unknown",
        "The master did not answer in time, so the value may be stored or not. Get the key to "
        "know, or send the value again."},
};

constexpr bool in_order()
{
    for (std::size_t at = 0; at < reasons.size(); ++at)
    {
        if (static_cast<std::size_t>(reasons[at].reason) != at + 1)
            return false;
    }
    return true;
}
static_assert(in_order());
static_assert(reasons.back().reason == errc::outcome_unknown, "the last enumerator");

const reason_text* find(int value) noexcept
{
    const bool known = value >= 1 && static_cast<std::size_t>(value) <= reasons.size();
    return known ? &reasons[static_cast<std::size_t>(value) - 1] : nullptr;
}

class category final : public boost::system::error_category
{
public:
    const char* name() const noexcept override { return "smol"; }

    std::string message(int value) const override
    {
        return std::string(sentence_of({value, *this}));
    }
};

}  // namespace

const boost::system::error_category& smol_category() noexcept
{
    static const category only;
    return only;
}

error_code make_error_code(errc reason) noexcept
{
    return {static_cast<int>(reason), smol_category()};
}

const char* name_of(const error_code& reason) noexcept
{
    const auto* known = reason.category() == smol_category() ? find(reason.value()) : nullptr;
    return known ? known->name : "io_error";
}

std::string_view sentence_of(const error_code& reason) noexcept
{
    const auto* known = find(reason.value());
    return known ? known->message : "Unknown reason.";
}

error_code error_named(std::string_view name) noexcept
{
    for (const auto& one : reasons)
    {
        if (name == one.name)
            return one.reason;
    }
    return errc::peer_refused;
}

}  // namespace smol
