"""Small ext4 and XFS file systems of which a power cut can be made. Needs root and loop devices.

A cut drops all that was not flushed: pages and journal alike. It is the file systems' own ioctl for it
(ext4: EXT4_IOC_SHUTDOWN, XFS: XFS_IOC_GOINGDOWN); mounting it again is what a machine does when the power
is back. Kill what runs on it first: a process that outlives its disk gets EIO, but a flush that is under
way at that very moment may succeed although nothing is kept (seen with fdatasync on both, in about one
cut of ten that hit one)."""

import ctypes
import errno
import fcntl
import os
import struct
import subprocess
import tempfile
import time

_GOING_DOWN = 0x8004587D  # _IOR('X', 125, u32)
WITHOUT_JOURNAL = 2  # nothing more reaches the disk
WITH_JOURNAL = 1  # the journal in memory does, the pages do not
IMAGE_BYTES = {"ext4": 128 << 20, "xfs": 304 << 20}  # XFS refuses less than 300 MB
UNMOUNT_SECONDS = 20.0

_libc = ctypes.CDLL("libc.so.6", use_errno=True)


def folder():
    """Where images lie: in memory if there is room, so that a flush takes no time."""
    chosen = os.environ.get("SMOL_IMAGES")
    if chosen:
        return chosen
    if os.path.isdir("/dev/shm"):
        room = os.statvfs("/dev/shm")
        if room.f_bavail * room.f_frsize > 6 << 30:
            return "/dev/shm"
    return os.environ.get("SMOL_TMP") or tempfile.gettempdir()


def missing(kinds=("ext4", "xfs")):
    """Why there can be no power cuts here, or None."""
    if os.geteuid() != 0:
        return "mounting a loop device needs root"
    for kind in kinds:
        if not os.path.exists(f"/sbin/mkfs.{kind}"):
            return f"there is no mkfs.{kind}"
        try:
            with FileSystem(kind, "probe") as probe:
                probe.cut()
        except (OSError, subprocess.CalledProcessError) as failure:
            return f"no {kind} can be mounted and cut here: {failure}"
    return None


def keep_mounts_private():
    """What this process mounts from now on nobody else sees: somebody who copied the mounts meanwhile (as a
    network namespace does) would keep a file system without power in use. Call before any thread runs."""
    new_namespace, private, recursive = 0x00020000, 1 << 18, 1 << 14
    if _libc.unshare(new_namespace) or _libc.mount(None, b"/", None, private | recursive, None):
        code = ctypes.get_errno()
        raise OSError(code, f"a mount namespace: {os.strerror(code)}")


class FileSystem:
    """A sparse image, its loop device and where it is mounted."""

    def __init__(self, kind, name, size=None):
        self.kind = kind
        self.path = tempfile.mkdtemp(prefix=f"smol-{name}-", dir=os.environ.get("SMOL_TMP"))
        self.device = None
        self.mounted = False
        handle, self.image = tempfile.mkstemp(prefix=f"smol-{name}-", suffix=".image", dir=folder())
        os.close(handle)
        try:
            os.truncate(self.image, size or IMAGE_BYTES[kind])
            self.device = _output("losetup", "--find", "--show", self.image)
            self.make()
        except BaseException:
            self.remove()
            raise

    def make(self):
        """Empty, and mounted."""
        self.unmount()
        flags = ["-f", "-q"] if self.kind == "xfs" else ["-F", "-q"]
        _output(f"/sbin/mkfs.{self.kind}", *flags, self.device)
        self.mount()

    def mount(self):
        done = _libc.mount(self.device.encode(), self.path.encode(), self.kind.encode(), 0, None)
        if done != 0:
            code = ctypes.get_errno()
            raise OSError(code, f"mount {self.device}: {os.strerror(code)}")
        self.mounted = True

    def unmount(self):
        """What used it has ended, but may still be on its way out."""
        deadline = time.monotonic() + UNMOUNT_SECONDS
        while self.mounted:
            if _libc.umount2(self.path.encode(), 0) == 0:
                self.mounted = False
                return
            code = ctypes.get_errno()
            if code != errno.EBUSY or time.monotonic() > deadline:
                raise OSError(code, f"umount {self.path}: {os.strerror(code)}")
            time.sleep(0.002)

    def cut(self, how=WITHOUT_JOURNAL):
        """Pulls the plug."""
        root = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.ioctl(root, _GOING_DOWN, struct.pack("I", how))
        finally:
            os.close(root)

    def flush(self):
        """All that is dirty reaches the disk, as it does by itself every few seconds."""
        root = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _libc.syncfs(root)
        finally:
            os.close(root)

    def plug_in(self):
        """The power is back."""
        self.unmount()
        self.mount()

    def remove(self):
        self.unmount()
        if self.device:
            _output("losetup", "--detach", self.device)
            self.device = None
        if os.path.exists(self.image):
            os.unlink(self.image)
        if os.path.isdir(self.path):
            os.rmdir(self.path)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.remove()


def _output(*arguments):
    return subprocess.run(arguments, check=True, capture_output=True, text=True).stdout.strip()
