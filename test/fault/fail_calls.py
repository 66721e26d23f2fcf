"""Python's side of fail_call.cpp: says which system call of a process fails, and how."""

import errno
import mmap
import os
import struct

from support.processes import BINARIES

LIBRARY = os.path.abspath(os.path.join(BINARIES, "libsmol_fail_call.so"))
CALLS = (  # in the order of fail_call.cpp
    "openat", "openat2", "mkdirat", "read", "write", "pread64", "pwrite64", "splice", "sendfile", "fsync",
    "fdatasync", "syncfs", "renameat", "unlinkat", "fsetxattr", "fgetxattr", "fallocate", "ftruncate", "fstatfs",
    "newfstatat", "getdents64", "fcntl", "flock", "pipe2", "socket", "bind", "listen", "accept4", "connect",
    "sendto", "recvfrom",
)  # fmt: skip
NETWORK = {"socket", "bind", "listen", "accept4", "connect", "sendto", "recvfrom"}

_NEW_FILES = {"openat", "openat2", "mkdirat", "write", "pwrite64", "splice", "fsync", "fdatasync", "syncfs", "renameat",
              "fsetxattr", "fallocate", "ftruncate"}  # fmt: skip
_NEW_DESCRIPTORS = {"openat", "openat2", "pipe2", "socket", "accept4"}
_TRANSFERS = {"read", "write", "pread64", "pwrite64", "splice", "sendfile", "sendto", "recvfrom"}

KILL, SHORT = -1, -2
FAULTS = {  # name -> (what fail_call.cpp is told, the calls that it can happen to)
    "SIGKILL": (KILL, set(CALLS)),
    "EIO": (errno.EIO, set(CALLS)),
    "ENOSPC": (errno.ENOSPC, _NEW_FILES),
    "EMFILE": (errno.EMFILE, _NEW_DESCRIPTORS),
    "short": (SHORT, _TRANSFERS),
}


class FailCalls:
    """The page that one process shares with us."""

    _HEAD = struct.Struct("<IiiI")

    def __init__(self, path):
        self.path = path
        size = self._HEAD.size + 4 * len(CALLS)
        with open(path, "wb") as file:
            file.truncate(4096)
        with open(path, "r+b") as file:
            self.page = mmap.mmap(file.fileno(), 4096)
        self.counts = struct.Struct(f"<{len(CALLS)}I")
        self.counts_end = size

    def environment(self):
        return {"LD_PRELOAD": LIBRARY, "SMOL_FAIL_CALL": self.path}

    def arm(self, call, occurrence, fault):
        """From now on the `occurrence`-th `call` (1: the next one) ends by `fault`; only that one."""
        self.disarm()
        self.page[0 : self._HEAD.size] = self._HEAD.pack(0, occurrence, FAULTS[fault][0], 0)
        self.page[0:4] = struct.pack("<I", 1 + CALLS.index(call))

    def disarm(self):
        self.page[0:4] = bytes(4)

    def forget(self):
        """Nothing has failed yet."""
        self.disarm()
        self.page[0 : self._HEAD.size] = bytes(self._HEAD.size)

    def has_fired(self):
        return self._HEAD.unpack(self.page[0 : self._HEAD.size])[3] > 0

    def made(self):
        """call -> how often it was made since the beginning."""
        found = self.counts.unpack(self.page[self._HEAD.size : self.counts_end])
        return dict(zip(CALLS, found))
