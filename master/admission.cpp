#include "master/admission.hpp"

#include "common/http/precondition.hpp"
#include "common/http/stored_headers.hpp"
#include "master/remove_decision.hpp"

namespace smol::master {

namespace {

result<void> check_body(const http::request_head& request, const put_policy& policy)
{
    const auto says_length = request.headers.find("Content-Length").has_value();
    if (request.body != http::framing::chunked && !says_length)
        return errc::length_required;
    if (request.body == http::framing::chunked)
        return {};
    if (request.content_length == 0 && !policy.takes_empty)
        return errc::length_required;
    if (request.content_length > policy.value_bytes_max)
        return errc::body_too_large;
    return {};
}

}  // namespace

result<admission> admit_put(const http::request_head& request,
    body_comes body,
    const std::optional<wire::record>& current,
    const put_policy& policy)
{
    if (body == body_comes::now)
        if (const auto fit = check_body(request, policy); !fit)
            return fit.error();
    if (const auto kept = http::take_stored_headers(request.headers); !kept)
        return kept.error();

    const auto is_live = current && current->is == wire::state::live;
    if (http::is_conditional(request))
    {
        const auto now = is_live ? validators_of(*current) : http::validators{};
        if (http::evaluate(request, now) != http::condition::holds)
            return errc::precondition_failed;
    }
    const auto may_overwrite =
        policy.existing == overwriting::allowed || request.headers.find("If-Match").has_value();
    if (is_live && !may_overwrite)
        return errc::key_exists;

    if (http::is_conditional(request))
        return is_live ? admission{wire::precondition::unchanged, current->event}
                       : admission{wire::precondition::absent_asked, 0};
    if (policy.existing == overwriting::allowed)
        return admission{wire::precondition::none, 0};
    return admission{wire::precondition::absent, 0};
}

}  // namespace smol::master
