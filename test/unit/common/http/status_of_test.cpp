#include "common/http/status_of.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace smol;
using namespace smol::http;

TEST_CASE("status_of maps reasons to statuses")
{
    struct row
    {
        errc reason;
        unsigned status;
    };
    const auto [reason, status] = GENERATE(values<row>({
        {errc::malformed_request, 400},
        {errc::target_too_long, 414},
        {errc::headers_too_large, 431},
        {errc::too_many_headers, 431},
        {errc::key_empty, 400},
        {errc::key_too_long, 414},
        {errc::key_reserved, 400},
        {errc::key_malformed, 400},
        {errc::query_invalid, 400},
        {errc::method_not_allowed, 405},
        {errc::length_required, 411},
        {errc::body_too_large, 413},
        {errc::body_truncated, 400},
        {errc::digest_mismatch, 400},
        {errc::meta_too_large, 431},
        {errc::precondition_failed, 412},
        {errc::not_modified, 304},
        {errc::range_unsatisfiable, 416},
        {errc::request_timeout, 408},
        {errc::not_found, 404},
        {errc::key_exists, 403},
        {errc::key_protected, 403},
        {errc::write_conflict, 409},
        {errc::key_collision, 409},
        {errc::value_gone, 410},
        {errc::ticket_missing, 403},
        {errc::ticket_invalid, 403},
        {errc::ticket_expired, 403},
        {errc::signature_invalid, 403},
        {errc::secret_unsafe, 500},
        {errc::too_few_volumes, 503},
        {errc::no_room, 507},
        {errc::volumes_down, 503},
        {errc::volume_joining, 503},
        {errc::volume_read_only, 503},
        {errc::too_many_requests, 503},
        {errc::shutting_down, 503},
        {errc::blob_missing, 503},
        {errc::blob_damaged, 500},
        {errc::no_user_attributes, 500},
        {errc::index_failed, 500},
        {errc::peer_unreachable, 503},
        {errc::peer_refused, 502},
        {errc::format_newer, 500},
        {errc::format_damaged, 500},
        {errc::foreign_cluster, 500},
        {errc::outcome_unknown, 503},
    }));
    CAPTURE(name_of(reason));
    CHECK(status_of(reason) == status);
}

TEST_CASE("Reasons that are not ours are our fault all the same")
{
    CHECK(status_of(error_code(2, boost::system::system_category())) == 500);
    CHECK(status_of(error_code(999, smol_category())) == 500);
    CHECK(status_of(error_code(-1, smol_category())) == 500);
}

TEST_CASE("A refusal is one JSON object in one line")
{
    const auto text = refusal_body(errc::key_exists, "It is 7 bytes long.", "a b/\xff\"", "r-1");
    REQUIRE(text.ends_with("}\n"));
    CHECK(text.find('\n') == text.size() - 1);
    CHECK(text.starts_with(R"({"code":"key_exists","message":")"));
    const auto body = boost::json::parse(text).as_object();
    CHECK(body.at("code").as_string() == "key_exists");
    const std::string message = error_code(errc::key_exists).message() + " It is 7 bytes long.";
    CHECK(std::string(body.at("message").as_string()) == message);
    CHECK(body.at("key").as_string() == "/a%20b/%FF%22");
    CHECK(body.at("request_id").as_string() == "r-1");
}

TEST_CASE("A refusal has no key if there is none")
{
    const auto body = boost::json::parse(refusal_body(errc::key_empty, "", "", "r-1")).as_object();
    CHECK_FALSE(body.contains("key"));
    const auto message = error_code(errc::key_empty).message();
    CHECK(std::string(body.at("message").as_string()) == message);
}

TEST_CASE("Whatever is in a detail, a refusal is valid JSON")
{
    std::string detail;
    for (int value = 0; value < 256; ++value)
        detail += static_cast<char>(value);
    error_code failure;
    const auto text = refusal_body(errc::query_invalid, detail, detail, "r-\"1\"");
    const auto body = boost::json::parse(text, failure);
    CHECK_FALSE(failure);
    CHECK(body.is_object());
    CHECK(text.find('\n') == text.size() - 1);
}
