"""States that would take hours to reach through the front door: an index of millions of keys, a volume of a million
values; and what is measured without a load generator."""

import contextlib
import hashlib
import os
import shutil
import socket
import subprocess
import threading
import time

from harness import servers, summary
from harness.context import NotRun
from support import client
from support.processes import wait_until

RUN = "scale"  # of the keys in a filled index: what smol-bench --run takes


def key_bytes(keys):
    return len(f"{RUN}/{keys - 1}")


def directory_bytes(directory):
    return sum(
        os.path.getsize(os.path.join(folder, name)) for folder, _, names in os.walk(directory) for name in names
    )


def value_files(directory):
    """The published values of a volume."""
    return [
        os.path.join(folder, name)
        for folder, _, names in os.walk(directory)
        if "/.smol" not in folder
        for name in names
    ]


def _ldb():
    found = shutil.which("ldb") or shutil.which("rocksdb_ldb")
    if not found:
        raise NotRun("no ldb: install rocksdb-tools (scripts/packages)")
    return found


def _records(names, keys, generation):
    """Lines for `ldb load`: what the master would have written (docs/DISK_FORMAT.md), with drawn digests."""
    on = ",".join(names)
    batch = 10_000
    for first in range(0, keys, batch):
        drawn = os.urandom(32 * batch).hex()
        lines = []
        for i in range(min(batch, keys - first)):
            at = i * 64
            lines.append(
                f"{RUN}/{first + i} ==> v1 live gen={generation + first + i} size=1024 xxh3={drawn[at:at + 32]} "
                f"md5={drawn[at + 32:at + 64]} on={on}\n"
            )
        yield "".join(lines)


def _load(database, names, keys):
    generation = int(time.time() * 1e6) - keys - 60_000_000
    arguments = [_ldb(), f"--db={database}", "--try_load_options", "load", "--disable_wal", "--compact"]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as loading:
        with contextlib.suppress(BrokenPipeError):
            for lines in _records(names, keys, generation):
                loading.stdin.write(lines)
        _, said = loading.communicate()
        if loading.returncode != 0:
            raise RuntimeError(f"ldb load: {said}")


@contextlib.contextmanager
def filled_smol(context, keys):
    """A master whose index has `keys` keys of three replicas. Their values are not there: redirects and lists are all
    that can be asked for."""
    with servers.Smol(context, volumes=3, replicas=3) as smol:
        names = [smol.cluster.volume_name(one) for one in smol.cluster.volumes]
        smol.cluster.master.terminate()
        _load(smol.cluster.db, names, keys)
        smol.cluster.start()
        context.bench("redirect", smol, RUN, "--keys", keys, "--duration", "500ms", "--warmup", "100ms")
        yield smol


def fill_volume(context, smol, values):
    """Files as the volume would have published them, with the attributes of one that it did publish."""
    run = context.fresh_run("start")
    context.fill(smol, run, 1, "1KiB", connections=1)
    root = smol.cluster.volumes[0].path
    wait_until(lambda: value_files(root), "the value is published")
    model = value_files(root)[0]
    with open(model, "rb") as file:
        content = file.read()
    described = os.getxattr(model, "user.smol.blob")
    made = set()
    for i in range(values):
        key = f"{run}/more/{i}".encode()
        name = hashlib.md5(key).hexdigest()
        folder = f"{root}/{name[:2]}/{name[:4]}"
        if folder not in made:
            os.makedirs(folder, exist_ok=True)
            made.add(folder)
        fd = os.open(f"{folder}/{name}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(fd, content)
        os.setxattr(fd, "user.smol.key", key)
        os.setxattr(fd, "user.smol.blob", described)
        os.close(fd)


def _is_ready(port):
    try:
        return client.request(port, "GET", "/-/ready", timeout=5.0).status == 200
    except OSError:
        return False


def start_times(context, process, port, state):
    """Seconds from exec to ready, of a process that is stopped in order before."""
    taken = []
    for _ in range(context.rounds):
        process.terminate()
        began = time.monotonic()
        process.start()
        wait_until(lambda: _is_ready(port), "ready again", 120)
        taken.append(time.monotonic() - began)
    return {
        "ratio": summary.spread(taken),
        "sides": [{"label": "smol", "unit": "s", **summary.spread(taken)}],
        "state": state,
    }


def _evict(stop, files):
    while not stop.is_set():
        for path in files:
            try:
                fd = os.open(path, os.O_RDONLY)
            except OSError:
                continue
            try:
                os.posix_fadvise(fd, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(fd)
            if stop.wait(0.0005):
                return


@contextlib.contextmanager
def evicting(files):
    """Drops the page cache of these files, again and again, until the block ends."""
    stop = threading.Event()
    thread = threading.Thread(target=_evict, args=(stop, files))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _private_bytes(pids):
    found = 0
    for pid in pids:
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            found += next(int(line.split()[1]) * 1024 for line in file if line.startswith("RssAnon:"))
    return found


def idle_cost(port, target, connections, pids):
    """What so many connections cost that have each had an answer and are kept."""
    request = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()

    def served():
        one = socket.create_connection(("127.0.0.1", port), 10)
        one.sendall(request)
        one.recv(65536)
        return one

    served().close()
    before = _private_bytes(pids)
    began = time.monotonic()
    held = [served() for _ in range(connections)]
    after = _private_bytes(pids)
    for one in held:
        one.close()
    return {"bytes_each": max(after - before, 0) / connections, "seconds": time.monotonic() - began}
