#pragma once

// One stay of a volume at the master, from its first beat to its end: what each beat is answered,
// and when the volume is up. Knows nothing of the stream the beats travel on. Lives on one loop.

#include "common/net/task.hpp"
#include "common/wire/messages.hpp"
#include "master/context.hpp"

#include <memory>

namespace smol::master {

// Whether a volume that says this may join: foreign_cluster, malformed_request. Pure.
result<void> check_beat(const wire::beat& first, const identity& of);

class attendance
{
public:
    // The volume is entered into the index if it is new, joins, and gets the deletions that waited
    // for it. Errors: those of check_beat and of the index. `with` outlives it.
    static net::task<result<std::unique_ptr<attendance>>> begin(
        const context& with, stay of, wire::beat first);

    // However it ends, the volume is down then.
    ~attendance();
    attendance(const attendance&) = delete;

    // To the last beat; without the secret.
    wire::beat_answer answer();

    // The next beat; false: it is another volume's, and the stay is to end.
    bool hear(const wire::beat& said);

    // A newer stay has taken its place.
    bool has_ended() const noexcept;

    // For begin(): `who` has joined.
    attendance(const context& with, std::shared_ptr<member> who);

private:
    const context& with_;
    std::shared_ptr<member> who_;
    bool may_serve_ = false;  // it has been told so
};

}  // namespace smol::master
