"""The auditor: the index and the volumes agree exactly, as seen by tools that are not smol's."""

import hashlib
import os
import re
import subprocess
import urllib.parse

from . import web
from .processes import wait_until

FAULTS_SHOWN = 20
STATS_CHECKED_MAX = 500
_RECORD = re.compile(rb"^v1 (live|unlinked|tombstone)((?: [a-z0-9]+=[^ ]*)*)$")


def settle(cluster, seconds=60.0):
    """Waits until nothing is on its way: every staging empty, every deletion delivered."""

    def settled():
        status = cluster.status()
        if status is None or status["pending_deletions"] != 0:
            return False
        return not any(cluster.staged_files(volume) for volume in cluster.volumes)

    try:
        wait_until(settled, "staging is empty and deletions are delivered", seconds)
    except AssertionError as failure:
        staged = {volume.name: cluster.staged_files(volume)[:3] for volume in cluster.volumes}
        raise AssertionError(f"{failure}; staged {staged}; status {cluster.status()}") from None


def index_records(cluster):
    """key -> {"state", "gen", "size", "xxh3", "md5", "on", …} of the index, read by RocksDB's ldb."""
    listing = subprocess.run(
        ["ldb", f"--db={cluster.db}", "scan", "--key_hex"], capture_output=True, check=False
    )
    assert listing.returncode == 0, listing.stderr.decode()
    records = {}
    for line in listing.stdout.splitlines():
        key, _, text = line.partition(b" : ")
        match = _RECORD.match(text)
        assert match, f"not a record that a person can read: {line!r}"
        fields = dict(field.split("=", 1) for field in match[2].decode().split())
        record = {"state": match[1].decode(), **fields}
        record["gen"] = int(record["gen"])
        record["size"] = int(record.get("size", 0))
        record["on"] = [name for name in record.get("on", "").split(",") if name]
        records[bytes.fromhex(key[2:].decode())] = record
    return records


def listed_keys(cluster, query="?list", prefix=""):
    """Keys as ?list gives them, in its order."""
    answer = web.request("GET", f"{cluster.url}/{prefix}{query}", timeout=120)
    assert answer.status == 200, str(answer)
    assert answer.json()["next"] == "", str(answer)
    return [urllib.parse.unquote_to_bytes(path[1:]) for path in answer.json()["keys"]]


def blob_path(directory, key):
    name = hashlib.md5(key).hexdigest()
    return os.path.join(directory, name[:2], name[:4], name)


def stored_blobs(directory):
    """Paths of all files of a volume outside .smol."""
    for folder, folders, files in os.walk(directory):
        if folder == directory:
            folders.remove(".smol")
            folders[:] = [name for name in folders if name != "lost+found"]
        for name in files:
            yield os.path.join(folder, name)


def audit(cluster, expected=None, seconds=60.0):
    """AssertionError unless index, listing, volumes and staging agree, and with `expected` (key
    bytes -> value bytes, or the SHA-256 in hexadecimal) if it is given. Returns the records."""
    settle(cluster, seconds)
    records = index_records(cluster)
    faults = [*_index_faults(cluster, records), *_volume_faults(cluster, records, expected or {})]
    if expected is not None:
        live = {key for key, record in records.items() if record["state"] == "live"}
        faults += [f"{key!r} is lost" for key in set(expected) - live]
        faults += [f"{key!r} is there and should not be" for key in live - set(expected)]
    for fault in faults[:FAULTS_SHOWN]:
        print(f"audit: {fault}", flush=True)
    assert not faults, f"{len(faults)} faults, the first: {faults[0]}"
    return records


def _index_faults(cluster, records):
    for state, query in (("live", "?list"), ("unlinked", "?unlinked")):
        keys = sorted(key for key, record in records.items() if record["state"] == state)
        listed = listed_keys(cluster, query)
        if listed != keys:
            yield f"{query} gives {len(listed)} keys, the index has {len(keys)} {state} ones"
    for key, record in list(records.items())[:STATS_CHECKED_MAX]:
        if record["state"] != "live":
            continue
        told = cluster.stat(key)
        if told is None or told["generation"] != record["gen"] or told["size"] != record["size"]:
            yield f"/-/stat of {key!r} says {told}, the index {record}"
        elif sorted(one["volume"] for one in told["replicas"]) != sorted(record["on"]):
            yield f"/-/stat of {key!r} names other volumes than the index: {told}, {record}"


def _volume_faults(cluster, records, expected):
    directories = {cluster.volume_name(volume): volume.directory for volume in cluster.volumes}
    wanted = set()  # paths
    for key, record in records.items():
        if record["state"] == "tombstone":
            continue
        if not record["on"] or len(set(record["on"])) != len(record["on"]):
            yield f"{key!r} is on no volume, or twice on one: {record}"
        digests = set()
        for name in record["on"]:
            if name not in directories:
                yield f"{key!r} is on {name}, which nobody knows"
                continue
            path = blob_path(directories[name], key)
            wanted.add(path)
            try:
                digests.add(_digest_of_blob(path, key, record))
            except (OSError, AssertionError) as failure:
                yield f"{key!r} on {name}: {failure}"
        if len(digests) > 1:
            yield f"{key!r} has replicas that differ: {digests}"
        if key in expected and digests and digests != {_sha256(expected[key])}:
            yield f"{key!r} holds other bytes than were stored"
    for directory in directories.values():
        for path in stored_blobs(directory):
            if path not in wanted:
                yield f"orphan {path} of key {os.getxattr(path, 'user.smol.key')!r}"


def _sha256(value):
    return value if isinstance(value, str) else hashlib.sha256(value).hexdigest()


def _digest_of_blob(path, key, record):
    """SHA-256 of a blob after checking all that it says of itself."""
    stored_key = os.getxattr(path, "user.smol.key")
    assert stored_key == key, f"is a blob of {stored_key!r}"
    text = os.getxattr(path, "user.smol.blob").decode()
    version, *fields = text.split(" ")
    said = dict(field.split("=", 1) for field in fields)
    assert version == "v1", text
    assert int(said["gen"]) == record["gen"], f"{text}, the index {record}"
    assert int(said["size"]) == record["size"] == os.path.getsize(path), f"{text}, {record}"
    assert said["xxh3"] == record["xxh3"], f"{text}, the index {record}"
    sha256 = hashlib.sha256()
    md5 = hashlib.md5()
    with open(path, "rb") as blob:
        while piece := blob.read(1 << 20):
            sha256.update(piece)
            if "md5" in record:
                md5.update(piece)
    if "md5" in record:
        assert md5.hexdigest() == record["md5"], f"MD5 {md5.hexdigest()}, the index {record}"
    return sha256.hexdigest()
