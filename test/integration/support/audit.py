"""Holds the index against the volumes, from the outside: RocksDB's own ldb and the files."""

import hashlib
import json
import os
import subprocess

from support import client
from support.processes import wait_until


class Record:
    def __init__(self, key, line):
        words = line.split(" ")
        self.key = key
        self.line = line
        self.version, self.state = words[0], words[1]
        fields = dict(word.split("=", 1) for word in words[2:])
        self.generation = int(fields["gen"])
        self.size = int(fields.get("size", 0))
        self.md5 = fields.get("md5")
        self.volumes = [name for name in fields.get("on", "").split(",") if name]


def records(cluster):
    """key bytes -> Record of everything in the index, also while the master runs."""
    done = subprocess.run(
        ["ldb", f"--db={cluster.db}", "scan", "--hex"], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise AssertionError(f"ldb scan: {done.stdout} {done.stderr}")
    found = {}
    for line in done.stdout.splitlines():
        key, _, value = line.partition(" : ")
        if not key.startswith("0x"):
            key, _, value = line.partition(" ==> ")
        if key.startswith("0x"):
            key = bytes.fromhex(key[2:])
            found[key] = Record(key, bytes.fromhex(value.strip()[2:]).decode())
    return found


def volume_name(path):
    with open(os.path.join(path, ".smol/volume.json"), encoding="utf-8") as file:
        return json.load(file)["name"]


def blob_path(key):
    name = client.md5(key)
    return os.path.join(name[:2], name[:4], name)


def staged(volume):
    folder = os.path.join(volume.path, ".smol/staging")
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


def blobs(path):
    """Relative paths of every file of a volume outside .smol."""
    for folder, folders, files in os.walk(path):
        if ".smol" in folders:
            folders.remove(".smol")
        for name in files:
            yield os.path.relpath(os.path.join(folder, name), path)


def generation_of(path):
    text = os.getxattr(path, "user.smol.blob").decode()
    return int(next(word for word in text.split(" ") if word.startswith("gen="))[4:])


def md5_of_file(path):
    digest = hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def wait_settled(cluster, seconds=60.0):
    """Staging is empty everywhere and no deletion is pending."""
    _wait_staging(cluster, seconds)
    wait_until(lambda: cluster.status()["pending_deletions"] == 0, "pending deletions are delivered", seconds)


def _wait_staging(cluster, seconds):
    try:
        wait_until(lambda: not any(staged(volume) for volume in cluster.volumes), "staging empties", seconds)
    except AssertionError as failure:
        left = {volume.name: staged(volume)[:5] for volume in cluster.volumes}
        raise AssertionError(f"{failure}: {left}\n{cluster.logs()}") from None


def check(cluster, check_digests=True):
    """Every live record's replicas are there, whole and its own; no volume holds anything else.
    Call when nothing is being written. Returns key -> Record of the live and unlinked."""
    wait_settled(cluster)
    faults = []
    kept = {key: one for key, one in records(cluster).items() if one.state in ("live", "unlinked")}
    by_name = {volume_name(volume.path): volume for volume in cluster.volumes}
    expected = {name: {} for name in by_name}  # volume -> path -> record
    for key, one in kept.items():
        for name in one.volumes:
            expected[name][blob_path(key)] = one
    for name, volume in by_name.items():
        there = set(blobs(volume.path))
        for path in there - set(expected[name]):
            faults.append(f"{volume.name}: {path} belongs to no record")
        for path, one in expected[name].items():
            if path not in there:
                faults.append(f"{volume.name}: {path} of {one.key!r} is missing ({one.line})")
                continue
            full = os.path.join(volume.path, path)
            if os.path.getsize(full) != one.size:
                faults.append(f"{volume.name}: {path} has {os.path.getsize(full)} bytes, {one.line}")
            if os.getxattr(full, "user.smol.key") != one.key:
                faults.append(f"{volume.name}: {path} carries another key")
            if generation_of(full) != one.generation:
                faults.append(f"{volume.name}: {path} has generation {generation_of(full)}, {one.line}")
            if check_digests and one.md5 and md5_of_file(full) != one.md5:
                faults.append(f"{volume.name}: {path} has other bytes than its MD5 says")
    if faults:
        raise AssertionError("\n".join(faults[:20]) + f"\n{len(faults)} faults\n{cluster.logs()}")
    return kept
