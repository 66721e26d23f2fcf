"""The whole promise at once. 16 workers store many real files and one of 2 GiB, with 3 replicas, while
about every second one of the four processes is killed -9 and restarted. Then every acknowledged file is
read back from each replica, nothing that was refused or given up is visible, staging is empty, and index
and volumes agree.

SMOL_JOB_SEED, SMOL_JOB_SOURCES (folders), SMOL_JOB_FILES (at least so many) and SMOL_JOB_BIG (bytes)
change the run."""

import os
import queue
import random
import tempfile
import threading
import time

from support import audit, client, file_systems
from support.case import Case, main
from support.cluster import Cluster
from support.connection import Connection

SOURCES = os.environ.get("SMOL_JOB_SOURCES", "/usr/share/doc:/usr/include").split(":")
FILES_MIN = int(os.environ.get("SMOL_JOB_FILES", "15000"))
BIG_BYTES = int(os.environ.get("SMOL_JOB_BIG", (2 << 30) + 12345))
SEED = int(os.environ.get("SMOL_JOB_SEED", random.randrange(1 << 32)))
# Three replicas, as much again for attempts of which the rest is not yet swept, and the small files.
DISK_BYTES = 5 * BIG_BYTES + (2 << 30)
WORKERS = 16
BETWEEN_KILLS_SECONDS = (0.7, 1.4)
ATTEMPTS_MAX = 300  # for one file; each takes a pause of a few tenths of a second
KILLS_MIN = 10
REFUSED_SHARE = 0.02  # so many files also go in under another key, spoilt: they must never be seen


def real_files():
    for source in SOURCES:
        for folder, _, names in os.walk(source):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if os.path.isfile(path) and not os.path.islink(path) and len(key_of(path)) <= 1024:
                    yield path


def generated_files(folder, count):
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
        for mark in range(0, BIG_BYTES - 20, 1 << 20):
            file.seek(mark)
            file.write(b"%020d" % mark)
    return path


def key_of(path):
    return os.fsencode(path).lstrip(b"/")


class Storing:
    """Workers that put files until each is acknowledged, whatever happens to the servers."""

    def __init__(self, port, paths, big):
        self.port = port
        self.big = big
        self.left = queue.SimpleQueue()
        for path in [big, *paths]:
            self.left.put(path)
        self.lock = threading.Lock()
        self.stored = set()  # paths
        self.known_after_all = 0  # committed by an attempt whose answer was lost
        self.refused = 0  # of spoilt ones
        self.retries = 0
        self.big_attempts = 0
        self.faults = []
        self.threads = [threading.Thread(target=self._work, args=(number,)) for number in range(WORKERS)]

    def start(self):
        for thread in self.threads:
            thread.start()

    def is_done(self):
        return not any(thread.is_alive() for thread in self.threads)

    def _work(self, number):
        chance = random.Random(SEED + number)
        with client.Session() as session:
            while not self.faults:
                try:
                    path = self.left.get_nowait()
                except queue.Empty:
                    return
                try:
                    if chance.random() < REFUSED_SHARE:
                        self._store_spoilt(chance, path)
                    self._store(session, chance, path)
                except Exception as failure:  # pylint: disable=broad-except
                    self.faults.append(f"{path}: {failure!r}")

    def _store(self, session, chance, path):
        answer = None
        for _ in range(ATTEMPTS_MAX):
            answer = self._attempt(session, chance, path)
            status = answer.status if isinstance(answer, client.Response) else 0
            known = status == 403 and answer.code == "key_exists"
            if status == 201 or known:
                with self.lock:
                    self.stored.add(path)
                    self.known_after_all += known
                return
            # 409: another attempt of ours is being committed; 5xx or no answer: not now, or unknown.
            if status not in (0, 409) and status < 500:
                raise AssertionError(f"PUT: {answer}")
            with self.lock:
                self.retries += 1
            # As a client waits before it tries again; longer with the largest, or its attempts, most of
            # which are cut short by a kill, take the disk from all others.
            time.sleep(chance.uniform(3.0, 6.0) if path == self.big else chance.uniform(0.05, 0.3))
        raise AssertionError(f"not acknowledged after {ATTEMPTS_MAX} attempts, the last: {answer}")

    def _attempt(self, session, chance, path):
        """The answer to one PUT, or the error that came instead."""
        target = client.path_of(key_of(path))
        try:
            with open(path, "rb") as file:
                if path == self.big:
                    self.big_attempts += 1
                    return client.put_by_expect(self.port, target, file)
                if chance.random() < 0.3:
                    return client.put_by_expect(self.port, target, file)
                return session.request(self.port, "PUT", target, file.read())
        except OSError as failure:
            return failure

    def _store_spoilt(self, chance, path):
        """An upload that must leave no trace: of other bytes than its Content-MD5 says, or cut off."""
        with open(path, "rb") as file:
            body = file.read(1 << 20) + b"spoilt"
        target = client.path_of(b"spoilt/" + key_of(path)[:900])
        headers = {"Content-Length": len(body)}
        try:
            with Connection("127.0.0.1", self.port, 30.0) as connection:
                if chance.random() < 0.5:
                    connection.send_head("PUT", target, headers)
                    connection.send(body[: len(body) // 2])
                else:
                    headers["Content-MD5"] = client.md5(body + b"other")
                    connection.send_head("PUT", target, headers)
                    connection.send(body)
                    status, _ = connection.read_head()
                    if status < 400:
                        raise AssertionError(f"a spoilt value was accepted with {status}")
        except OSError:
            pass  # a kill came between: refused as well
        with self.lock:
            self.refused += 1


class Killer:
    """Kills and restarts one process after the other, as chance wants it."""

    def __init__(self, cluster, job, count):
        self.cluster = cluster
        self.job = job
        self.count = count  # of files
        self.chance = random.Random(SEED)
        self.kills = {one.name: 0 for one in cluster.processes()}

    def run(self):
        """Until the job is done."""
        victims = self.cluster.processes()
        spared = None
        shown = 0.0
        while not self.job.is_done():
            time.sleep(self.chance.uniform(*BETWEEN_KILLS_SECONDS))  # a schedule, not a wait for something
            if self.job.is_done():
                break
            if time.monotonic() - shown > 5.0:
                shown = time.monotonic()
                print(f"{len(self.job.stored)} of {self.count} files, {self.job.retries} retries, "
                      f"{sum(self.kills.values())} kills", flush=True)
            if spared is None and self._only_big_is_left():
                # It takes longer than a volume lives here. From now on the master dies and one replica
                # does, but neither the volume that receives it nor the other replica.
                self.cluster.wait_ready()
                spared = self.cluster.first_volume(key_of(self.job.big))
                others = [volume for volume in self.cluster.volumes if volume is not spared]
                victims = [self.cluster.master, others[0]]
                print(f"only the largest is left after {self.job.big_attempts} attempts; "
                      f"{spared.name} and {others[1].name} live on", flush=True)
            victim = self.chance.choice(victims)
            if not victim.is_running():
                raise AssertionError(
                    f"{victim.name} ended by itself: {victim.process.returncode}\n{victim.log_tail()}"
                )
            victim.kill()
            self.kills[victim.name] += 1
            victim.start()

    def _only_big_is_left(self):
        return len(self.job.stored) == self.count - 1 and self.job.big not in self.job.stored


class ReadingBack:
    """Workers that read every file from each of its replicas and compare."""

    def __init__(self, port, paths):
        self.port = port
        self.left = queue.SimpleQueue()
        for path in paths:
            self.left.put(path)
        self.lock = threading.Lock()
        self.replicas = {}  # how many a file has -> files
        self.faults = []

    def run(self):
        threads = [threading.Thread(target=self._work) for _ in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _work(self):
        with client.Session() as session:
            while len(self.faults) < 20:
                try:
                    path = self.left.get_nowait()
                except queue.Empty:
                    return
                try:
                    self._compare(session, path)
                except Exception as failure:  # pylint: disable=broad-except
                    self.faults.append(f"{path}: {failure!r}")

    def _compare(self, session, path):
        told = session.request(self.port, "GET", "/-/stat" + client.path_of(key_of(path)))
        if told.status != 200:
            raise AssertionError(f"acknowledged, but: {told}")
        for replica in told.json()["replicas"]:
            host, port, target = client.split(replica["url"])
            with open(path, "rb") as file:
                same = Comparison(file)
                answer = session.request(port, "GET", target, host=host, sink=same)
                if answer.status != 200 or not same.is_whole():
                    raise AssertionError(f"other bytes, or none, on {replica['volume']}: {answer}")
        with self.lock:
            count = len(told.json()["replicas"])
            self.replicas[count] = self.replicas.get(count, 0) + 1


class Comparison:
    """A sink for pieces of a body that must be the file's."""

    def __init__(self, file):
        self.file = file
        self.equal = True

    def __call__(self, piece):
        self.equal = self.equal and self.file.read(len(piece)) == piece

    def is_whole(self):
        return self.equal and self.file.read(1) == b""


class MainJob(Case):
    def test_main_job(self):
        folder = self.place()
        print(f"SMOL_JOB_SEED={SEED}")
        paths = list(real_files())
        real = len(paths)
        paths += generated_files(os.path.join(folder, "generated"), max(0, FILES_MIN - real))
        print(f"{real} real files, {len(paths) - real} generated ones, and one of {BIG_BYTES} bytes")
        with Cluster(3, directory=folder) as cluster:
            big = big_file(folder)
            self.store(cluster, paths, big)
            self.read_back(cluster, [big, *paths])
            begun = time.monotonic()
            # The bytes have just been compared, of every replica.
            audit.check(cluster, check_digests=False, expected={key_of(path): "" for path in [big, *paths]})
            print(f"audited in {time.monotonic() - begun:.1f} s")

    def place(self):
        """A file system of its own where there can be one: a hundred thousand files go with it at once."""
        folder = tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        self.addCleanup(folder.cleanup)
        room = os.statvfs(folder.name)
        if room.f_bavail * room.f_frsize < DISK_BYTES:
            self.skipTest(f"needs {DISK_BYTES >> 30} GiB of free space")
        if file_systems.missing(("ext4",)):
            return folder.name
        disk = file_systems.FileSystem("ext4", "job", DISK_BYTES + (4 << 30), folder.name)
        self.addCleanup(disk.remove)
        return disk.path

    def store(self, cluster, paths, big):
        begun = time.monotonic()
        job = Storing(cluster.port, paths, big)
        killer = Killer(cluster, job, len(paths) + 1)
        job.start()
        try:
            killer.run()
        except BaseException:
            job.faults.append("given up")  # ends the workers
            raise
        print(f"stored {len(job.stored)} in {time.monotonic() - begun:.1f} s: {job.retries} retries, "
              f"{job.big_attempts} attempts at the largest, {job.known_after_all} were committed by an "
              f"attempt whose answer was lost, {job.refused} spoilt ones; kills: {killer.kills}")
        self.assertEqual(job.faults, [], cluster.logs())
        self.assertEqual(len(job.stored), len(paths) + 1)
        self.assertGreaterEqual(sum(killer.kills.values()), KILLS_MIN)
        begun = time.monotonic()
        cluster.wait_ready()
        audit.wait_settled(cluster)
        print(f"all are back and staging is empty after {time.monotonic() - begun:.1f} s")

    def read_back(self, cluster, paths):
        begun = time.monotonic()
        reading = ReadingBack(cluster.port, paths)
        reading.run()
        self.assertEqual(reading.faults, [])
        print(f"read back from each replica in {time.monotonic() - begun:.1f} s; "
              f"replicas -> files: {reading.replicas}")
        self.assertGreaterEqual(min(reading.replicas), 2)


if __name__ == "__main__":
    main()
