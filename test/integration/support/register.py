"""What one key may hold, from what its clients did: any number at once write unique values and delete it.

Linearizability of a register needs unique values (test/integration/linearizable.py); deletions all leave
the same nothing. So this asks less, but never complains without cause: whatever was read must have been
written before the read ended, and nothing may be *known* to have happened wholly between. A write whose
value was seen counts as done by then, answered or not."""

import dataclasses
import math
import threading

ABSENT = None


@dataclasses.dataclass
class Operation:
    value: object  # a value, or ABSENT for a deletion
    started: float
    ended: float = math.inf  # known to have happened by then
    is_refused: bool = False  # known never to have happened

    def __str__(self):
        name = "deletion" if self.value is ABSENT else f"write of {self.value}"
        fate = "refused" if self.is_refused else f"done by {self.ended:.4f}"
        return f"{name}, begun {self.started:.4f}, {fate}"


@dataclasses.dataclass
class Read:
    value: object
    started: float
    ended: float


class Register:
    """Thread-safe."""

    def __init__(self, initial=ABSENT):
        self.initial = initial
        self.operations = []
        self.reads = []
        self.lock = threading.Lock()

    def begin(self, value, now):
        operation = Operation(value, now)
        with self.lock:
            self.operations.append(operation)
        return operation

    def read(self, value, started, ended):
        with self.lock:
            self.reads.append(Read(value, started, ended))

    def settle(self, value):
        """Nothing is under way any more, and `value` is what remains."""
        self.__init__(value)

    def known(self):
        """Keys' own view for a report."""
        return [str(operation) for operation in self.operations]

    def violation(self):
        """A sentence that says what cannot be, or None."""
        by_value = {self.initial: [Operation(self.initial, -math.inf, -math.inf)]}
        for operation in self.operations:
            by_value.setdefault(operation.value, []).append(operation)
        reads = sorted(self.reads, key=lambda read: read.ended)
        for read in reads:
            writers = by_value.get(read.value, [])
            if len(writers) == 1 and not writers[0].is_refused:
                writers[0].ended = min(writers[0].ended, read.ended)
        happened = [one for ones in by_value.values() for one in ones if one.ended < math.inf]
        for read in reads:
            reason = self._unexplained(read, by_value.get(read.value, []), happened)
            if reason:
                name = "nothing" if read.value is ABSENT else read.value
                return f"read {name} from {read.started:.4f} to {read.ended:.4f}: {reason}"
        return None

    @staticmethod
    def _unexplained(read, writers, happened):
        reason = "nobody wrote that"
        for writer in writers:
            if writer.is_refused:
                reason = f"that was refused: {writer}"
            elif writer.started > read.ended:
                reason = f"that was not written yet: {writer}"
            else:
                later = Register._between(writer, read, happened)
                if later is None:
                    return None
                reason = f"after ({writer}) came ({later})"
        return reason

    @staticmethod
    def _between(writer, read, happened):
        """What is known to have happened wholly after `writer` and wholly before `read`."""
        for other in happened:
            if other is not writer and writer.ended < other.started and other.ended < read.started:
                return other
        return None
