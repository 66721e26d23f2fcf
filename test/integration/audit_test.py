"""The auditor finds what it is there to find: each row spoils something behind the servers' back."""

import os
import shutil

from support import audit
from support.case import ClusterCase, main

KEY = b"one/key"
VALUE = b"bytes of the value"


def flip_a_byte(path):
    with open(path, "r+b") as file:
        file.write(b"B")


def grow(path):
    with open(path, "ab") as file:
        file.write(b"!")


def rename_key(path):
    os.setxattr(path, "user.smol.key", b"another/key")


def change_generation(path):
    text = os.getxattr(path, "user.smol.blob")
    os.setxattr(path, "user.smol.blob", text.replace(b"gen=", b"gen=7", 1))


def copy_aside(path):
    shutil.copy2(path, os.path.join(os.path.dirname(path), "0" * 32))


SPOILING = (flip_a_byte, grow, os.unlink, rename_key, change_generation, copy_aside)


class Auditor(ClusterCase):
    def setUp(self):
        self.cluster.request("DELETE", "/one/key")
        self.cluster.put(KEY, VALUE, expect=201)
        audit.check(self.cluster, expected={KEY: VALUE})

    def test_blobs_behind_the_servers_back(self):
        path = os.path.join(self.cluster.volumes[1].path, audit.blob_path(KEY))
        saved = os.path.join(self.cluster.directory, "saved")
        for spoil in SPOILING:
            with self.subTest(spoil=spoil.__name__):
                shutil.copy2(path, saved)
                spoil(path)
                with self.assertRaises(AssertionError):
                    audit.check(self.cluster)
                shutil.copy2(saved, path)
                aside = os.path.join(os.path.dirname(path), "0" * 32)
                if os.path.exists(aside):
                    os.unlink(aside)
                audit.check(self.cluster)

    def test_what_was_expected(self):
        for expected in ({}, {KEY: b"other bytes"}, {KEY: VALUE, b"lost": b"x"}):
            with self.subTest(expected=expected), self.assertRaises(AssertionError):
                audit.check(self.cluster, expected=expected)

    def test_a_staged_file_that_stays(self):
        folder = os.path.join(self.cluster.volumes[0].path, ".smol/staging/not-a-staged-name")
        os.mkdir(folder)
        with self.assertRaises(AssertionError):
            audit.check(self.cluster, seconds=1.0)
        os.rmdir(folder)
        audit.check(self.cluster)


if __name__ == "__main__":
    main()
