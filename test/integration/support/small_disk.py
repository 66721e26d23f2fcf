"""A small ext4 of its own on a loop device, which a test can fill to the last byte. Needs root."""

import errno
import os
import subprocess
import tempfile


class CannotMount(Exception):
    """Not root, or no loop devices here."""


class SmallDisk:
    """`path` is its root directory, until remove()."""

    def __init__(self, mkfs_flags=(), size=64 << 20):
        if os.geteuid() != 0:
            raise CannotMount("mounting a loop device needs root")
        self.folder = tempfile.mkdtemp(prefix="smol-disk-", dir=os.environ.get("SMOL_TMP"))
        image = os.path.join(self.folder, "image")
        self.path = os.path.join(self.folder, "mounted")
        os.mkdir(self.path)
        with open(image, "wb") as file:
            file.truncate(size)
        subprocess.run(["/sbin/mkfs.ext4", "-q", *mkfs_flags, image], check=True)
        done = subprocess.run(["mount", "-o", "loop", image, self.path], capture_output=True, text=True, check=False)
        if done.returncode:
            raise CannotMount(f"cannot mount here: {done.stderr.strip()}")

    def take_the_rest(self):
        with open(os.path.join(self.path, "filler"), "ab", buffering=0) as file:
            for size in (1 << 20, 4096, 1):
                try:
                    while file.write(bytes(size)) == size:
                        pass
                except OSError as failure:
                    if failure.errno != errno.ENOSPC:
                        raise

    def give_back(self):
        os.unlink(os.path.join(self.path, "filler"))

    def remove(self):
        subprocess.run(["umount", self.path], check=True)
        subprocess.run(["rm", "-r", self.folder], check=True)
