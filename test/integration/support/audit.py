"""Holds the index against the volumes, from the outside: RocksDB's own ldb and the files."""

import hashlib
import os
import re
import subprocess
import urllib.parse

from support import client
from support.processes import wait_until

FAULTS_SHOWN = 20
STATS_COMPARED_MAX = 500  # records for which /-/stat is asked as well
_LINE = re.compile(r"v1 (?:live|unlinked|tombstone)(?: [a-z0-9]+=[^ ]*)+")


class Record:
    def __init__(self, key, line):
        if not _LINE.fullmatch(line):
            raise AssertionError(f"not a record that a person can read: {key!r} {line!r}")
        words = line.split(" ")
        self.key = key
        self.line = line
        self.version, self.state = words[0], words[1]
        fields = dict(word.split("=", 1) for word in words[2:])
        self.generation = int(fields["gen"])
        self.size = int(fields.get("size", 0))
        self.xxh3 = fields.get("xxh3")
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


def check(cluster, check_digests=True, expected=None, seconds=60.0):
    """Index, listing and volumes agree exactly: every record's replicas are there, whole and its own; no
    volume holds anything else; nothing is staged. `expected`: key bytes -> value bytes, or its SHA-256 in
    hexadecimal, of all that should be live; its values do not matter without `check_digests`. Call when
    nothing is being written. Returns key -> Record of the live and unlinked."""
    wait_settled(cluster, seconds)
    kept = {key: one for key, one in records(cluster).items() if one.state in ("live", "unlinked")}
    faults = [*_listing_faults(cluster, kept), *_stat_faults(cluster, kept)]
    digests, found = _replicas(cluster, kept, check_digests)
    faults += found
    if expected is not None:
        faults += _unexpected(kept, digests, expected)
    if faults:
        raise AssertionError("\n".join(faults[:FAULTS_SHOWN]) + f"\n{len(faults)} faults\n{cluster.logs()}")
    return kept


def listed_keys(cluster, query):
    """Keys that GET /?list or ?unlinked gives, in its order."""
    answer = cluster.request("GET", f"/?{query}", timeout=120.0)
    if answer.status != 200 or answer.json()["next"]:
        raise AssertionError(f"{query}: {answer}")
    return [urllib.parse.unquote_to_bytes(path[1:]) for path in answer.json()["keys"]]


def _listing_faults(cluster, kept):
    for state, query in (("live", "list"), ("unlinked", "unlinked")):
        keys = sorted(key for key, one in kept.items() if one.state == state)
        listed = listed_keys(cluster, query)
        if listed != keys:
            yield f"?{query} gives {len(listed)} keys, the index has {len(keys)} that are {state}"


def _stat_faults(cluster, kept):
    with client.Session() as session:
        for one in list(kept.values())[:STATS_COMPARED_MAX]:
            told = session.request(
                cluster.port, "GET", "/-/stat" + client.path_of(one.key), host=cluster.host
            ).json()
            volumes = sorted(replica["volume"] for replica in told["replicas"])
            if (told["state"], told["generation"], told["size"], volumes) != (
                one.state, one.generation, one.size, sorted(one.volumes)
            ):
                yield f"/-/stat of {one.key!r} says {told}, the index {one.line}"


def _replicas(cluster, kept, check_digests):
    """(key -> SHA-256 of its replicas, faults)."""
    by_name = {cluster.volume_name(volume): volume for volume in cluster.volumes}
    wanted = {name: set() for name in by_name}  # volume -> paths
    digests = {}
    faults = []
    for key, one in kept.items():
        if not one.volumes or len(set(one.volumes)) != len(one.volumes):
            faults.append(f"{key!r} is nowhere, or twice on one volume: {one.line}")
        for name in one.volumes:
            if name not in by_name:
                faults.append(f"{key!r} is on a volume that nobody knows: {one.line}")
                continue
            wanted[name].add(blob_path(key))
            path = os.path.join(by_name[name].path, blob_path(key))
            try:
                digest = _check_blob(path, one, check_digests)
            except (OSError, AssertionError) as failure:
                faults.append(f"{by_name[name].name}: {key!r} ({one.line}): {failure}")
                continue
            if digests.setdefault(key, digest) != digest:
                faults.append(f"{key!r} has replicas that differ: {one.line}")
    for name, volume in by_name.items():
        for path in set(blobs(volume.path)) - wanted[name]:
            faults.append(f"{volume.name}: {path} belongs to no record")
    return digests, faults


def _check_blob(path, one, check_digests):
    """Holds a blob against its record; its SHA-256."""
    size = os.path.getsize(path)
    key = os.getxattr(path, "user.smol.key")
    text = os.getxattr(path, "user.smol.blob").decode()
    said = dict(word.split("=", 1) for word in text.split(" ")[1:])
    if (key, size, int(said["size"])) != (one.key, one.size, one.size):
        raise AssertionError(f"{size} bytes of key {key!r}, and says {text}")
    if (int(said["gen"]), said["xxh3"], said.get("md5")) != (one.generation, one.xxh3, one.md5):
        raise AssertionError(f"says {text}")
    if not check_digests:
        return None
    sha256 = hashlib.sha256()
    md5 = hashlib.md5(usedforsecurity=False)
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            sha256.update(piece)
            if one.md5:
                md5.update(piece)
    if one.md5 and md5.hexdigest() != one.md5:
        raise AssertionError("has other bytes than its MD5 says")
    return sha256.hexdigest()


def _unexpected(kept, digests, expected):
    live = {key for key, one in kept.items() if one.state == "live"}
    for key in set(expected) - live:
        yield f"{key!r} is lost"
    for key in live - set(expected):
        yield f"{key!r} is there and should not be: {kept[key].line}"
    for key in live & set(expected):
        value = expected[key]
        digest = value if isinstance(value, str) else hashlib.sha256(value).hexdigest()
        if digests.get(key) not in (None, digest):
            yield f"{key!r} holds other bytes than were stored: {kept[key].line}"
