"""The whole promise at once: many real files are stored while the processes are killed and restarted, one
after another at random. Every acknowledged file is then read back identical from each replica."""

import os
import queue
import random
import tempfile
import threading
import time

from support import audit, client
from support.case import Case, main
from support.cluster import Cluster

SOURCES = ["/usr/share/doc", "/usr/include"]
FILES_MIN = int(os.environ.get("SMOL_JOB_FILES", "15000"))
BIG_BYTES = int(os.environ.get("SMOL_JOB_BIG", str((2 << 30) + 12345)))
WORKERS = 16
BETWEEN_KILLS = (0.7, 1.4)
ATTEMPTS = 200


def real_files():
    for source in SOURCES:
        for folder, _, names in os.walk(source):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and len(os.fsencode(path)) <= 1000:
                    yield path


def generated(folder, count):
    """Files of all sizes from nothing to a few MiB, most of them small; the same in each run."""
    chance = random.Random(1)
    os.mkdir(folder)
    for number in range(count):
        path = os.path.join(folder, f"file-{number:06d}")
        size = int(2 ** chance.uniform(0, 14)) if number % 100 else int(2 ** chance.uniform(14, 22))
        with open(path, "wb") as file:
            file.write((b"%s %d\n" % (path.encode(), size) * (size // len(path) + 1))[: size - 1])
        yield path


def big_file(folder):
    path = os.path.join(folder, "big")
    with open(path, "wb") as file:
        file.truncate(BIG_BYTES)
        for mark in range(0, BIG_BYTES - 20, 16 << 20):
            file.seek(mark)
            file.write(b"%020d" % mark)
    return path


class Storing:
    """Workers that put files until each is acknowledged, whatever happens to the servers."""

    def __init__(self, cluster, paths):
        self.cluster = cluster
        self.left = queue.Queue()
        for path in paths:
            self.left.put(path)
        self.lock = threading.Lock()
        self.stored = {}  # key -> path
        self.retries = 0
        self.faults = []
        self.threads = [threading.Thread(target=self.work, args=(number,)) for number in range(WORKERS)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def is_done(self):
        return not any(thread.is_alive() for thread in self.threads)

    def work(self, number):
        chance = random.Random(number)
        with client.Session(timeout=60) as session:
            while not self.faults:
                try:
                    path = self.left.get_nowait()
                except queue.Empty:
                    return
                try:
                    self.store(session, path, chance)
                except BaseException as failure:  # reported by the test
                    self.faults.append(f"{path}: {failure!r}")

    def store(self, session, path, chance):
        key = path.lstrip("/")
        target = client.path_of(os.fsencode(key)) + ("?redirect" if chance.random() < 0.5 else "")
        for _ in range(ATTEMPTS):
            with open(path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                body = file if size > 1 << 20 else file.read()
                headers = {"Content-Length": str(size)} if size > 1 << 20 else {}
                try:
                    answer = session.request(self.cluster.port, "PUT", target, body, headers, follow=True)
                except (OSError, client.http.client.HTTPException):
                    answer = None
            if answer is not None and answer.status in (200, 201):
                break
            if answer is not None and answer.status == 403 and answer.json()["code"] == "key_exists":
                break  # an earlier attempt was committed, and its answer lost
            if answer is not None and answer.status not in (409, 500, 502, 503, 504):
                raise AssertionError(f"PUT {key}: {answer}")
            with self.lock:
                self.retries += 1
            time.sleep(chance.uniform(0.05, 0.3))  # as a client waits before it tries again
        else:
            raise AssertionError(f"PUT {key}: not acknowledged after {ATTEMPTS} attempts, last {answer}")
        with self.lock:
            self.stored[key] = path


class MainJob(Case):
    def test_main_job(self):
        with tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP")) as folder:
            paths = [big_file(folder), *real_files()]
            found = len(paths)
            paths += generated(os.path.join(folder, "generated"), max(0, FILES_MIN - len(paths)))
            print(f"{len(paths)} files, {found} of them real; the largest has {BIG_BYTES} bytes")
            with Cluster(3) as cluster:
                kills = self.store_under_fire(cluster, paths)
                print(f"{kills} kills")
                begun = time.monotonic()
                kept = audit.check(cluster, check_digests=False)
                self.assertEqual(len(kept), len(paths))
                self.compare_replicas(cluster, kept)
                self.read_back(cluster, paths)
                print(f"checked in {time.monotonic() - begun:.1f} s")

    def store_under_fire(self, cluster, paths):
        job = Storing(cluster, paths)
        chance = random.Random(int(os.environ.get("SMOL_JOB_SEED", "0")) or time.time_ns())
        begun = time.monotonic()
        job.start()
        kills = {one.name: 0 for one in [cluster.master, *cluster.volumes]}
        victims = [cluster.master, *cluster.volumes]
        # The kills are a schedule, not a wait for something.
        while not job.is_done():
            time.sleep(chance.uniform(*BETWEEN_KILLS))
            if job.is_done():
                break
            victim = chance.choice(victims)
            if len(job.stored) >= len(paths) - 1 and BIG_BYTES > 1 << 20:
                # Only the largest is left: it needs a while without losing its first volume.
                time.sleep(chance.uniform(2, 4))
                if sum(kills.values()) > 60 or job.is_done():
                    continue
            if not victim.is_running():
                raise AssertionError(f"{victim.name} ended by itself: {victim.process.returncode}\n{victim.log_tail()}")
            victim.kill()
            kills[victim.name] += 1
            victim.start()
        took = time.monotonic() - begun
        print(f"stored {len(job.stored)} in {took:.1f} s with {job.retries} retries; kills: {kills}")
        self.assertEqual(job.faults, [], cluster.logs())
        cluster.wait_ready()
        self.assertGreater(sum(kills.values()), 3)
        return sum(kills.values())

    def compare_replicas(self, cluster, kept):
        """Each replica's file is the source's, byte for byte; at least two of them."""
        by_name = {audit.volume_name(volume.path): volume for volume in cluster.volumes}
        for key, record in kept.items():
            self.assertGreaterEqual(len(record.volumes), 2, record.line)
            for name in record.volumes:
                copy = os.path.join(by_name[name].path, audit.blob_path(key))
                if not same(copy, b"/" + key):
                    raise AssertionError(f"{copy} differs from /{os.fsdecode(key)} ({record.line})")

    def read_back(self, cluster, paths):
        """Through the front door, as clients do."""
        left = queue.Queue()
        for path in paths:
            if os.path.getsize(path) < 1 << 26:
                left.put(path)
        faults = []

        def work():
            with client.Session() as session:
                while not faults:
                    try:
                        path = left.get_nowait()
                    except queue.Empty:
                        return
                    target = client.path_of(os.fsencode(path.lstrip("/")))
                    answer = session.request(cluster.port, "GET", target, follow=True)
                    with open(path, "rb") as file:
                        if answer.status != 200 or answer.body != file.read():
                            faults.append(f"{path}: {answer}")

        threads = [threading.Thread(target=work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(faults, [])


def same(one, other):
    with open(one, "rb") as left, open(other, "rb") as right:
        while True:
            piece = left.read(1 << 20)
            if piece != right.read(1 << 20):
                return False
            if not piece:
                return True


if __name__ == "__main__":
    main()
