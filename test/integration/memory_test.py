"""P5: memory does not grow with the size of a value, of a listing, or with idle connections."""

import json
import os
import resource
import socket
import subprocess
import threading

from support import audit, client
from support.case import Case, main
from support.cluster import Cluster
from support.processes import binary

GROWTH_MAX = 32 << 20
BIG = 3 << 30
KEYS = 1_000_000
IDLE = 5000
IDLE_BYTES_MAX = 8 << 10


class Watch:
    """The highest resident memory of each process while the block runs, against what it was before."""

    def __init__(self, processes):
        self.processes = processes
        self.growth = {}

    def __enter__(self):
        self.before = {one.name: one.memory_bytes() for one in self.processes}
        self.growth = {one.name: 0 for one in self.processes}
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def look(self):
        for one in self.processes:
            grown = one.memory_bytes() - self.before[one.name]
            self.growth[one.name] = max(self.growth[one.name], grown)

    def watch(self):
        while not self.over.wait(0.02):
            self.look()

    def __exit__(self, *_):
        self.look()
        self.over.set()
        self.thread.join()


class Zeros:
    """`size` bytes, 1 MiB at a time, each piece with its number in front: cheap, and not all the same."""

    PIECE = 1 << 20

    def __init__(self, size):
        self.size = size
        self.position = 0

    def seek(self, position):
        self.position = position

    def read(self, _=None):
        if self.position >= self.size:
            return b""
        piece = self.piece(self.position)
        self.position += len(piece)
        return piece

    def piece(self, position):
        length = min(self.PIECE, self.size - position)
        return (b"%015d;" % position + bytes(self.PIECE - 16))[:length]


class Checker:
    """A sink that holds what arrives against Zeros."""

    def __init__(self, size):
        self.source = Zeros(size)
        self.kept = bytearray()
        self.count = 0

    def __call__(self, piece):
        self.kept += piece
        while len(self.kept) >= Zeros.PIECE:
            expected = self.source.read()
            if self.kept[: len(expected)] != expected:
                raise AssertionError(f"other bytes at {self.count}")
            del self.kept[: len(expected)]
            self.count += len(expected)

    def finish(self):
        if self.kept != self.source.read():
            raise AssertionError("other bytes at the end")
        return self.count + len(self.kept)


class Memory(Case):
    def assertSmall(self, watch, limit=GROWTH_MAX):
        print({name: f"{grown / 1048576:.1f} MiB" for name, grown in watch.growth.items()})
        for name, grown in watch.growth.items():
            self.assertLess(grown, limit, f"{name} grew")

    def test_a_value_of_3_gib(self):
        free = os.statvfs(os.environ.get("SMOL_TMP", "/tmp"))
        if free.f_bavail * free.f_frsize < 5 * BIG:
            self.skipTest("needs 15 GiB of free space")
        with Cluster(3) as cluster:
            everyone = [cluster.master, *cluster.volumes]
            for how in ("relay", "redirect"):
                with self.subTest(how=how), Watch(everyone) as watch, client.Session(timeout=300) as session:
                    if how == "relay":
                        length = {"Content-Length": str(BIG)}
                        answer = session.request(cluster.port, "PUT", "/big?relay", Zeros(BIG), length)
                    else:  # chunked
                        answer = client.put_by_expect(cluster.port, "/big", Zeros(BIG), timeout=300)
                    self.assertStatus(answer, 201)
                    checker = Checker(BIG)
                    answer = session.request(cluster.port, "GET", f"/big?{how}", follow=True, sink=checker)
                    self.assertStatus(answer, 200)
                    self.assertEqual(checker.finish(), BIG)
                    self.assertStatus(session.request(cluster.port, "DELETE", "/big"), 204)
                self.assertSmall(watch)
                audit.wait_settled(cluster)

    def test_a_list_of_a_million_keys(self):
        with Cluster(1) as cluster:
            cluster.put("seed", b"", expect=201)
            line = audit.records(cluster)[b"seed"].line
            cluster.master.terminate()
            done = subprocess.run(
                ["ldb", f"--db={cluster.db}", "load", "--disable_wal"],
                input="".join(f"many/{number:08d} ==> {line}\n" for number in range(KEYS)),
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            cluster.master.start()
            cluster.wait_ready()
            client.request(cluster.port, "GET", "/many/?list&limit=10")
            for session_count in (1, 4):
                with Watch([cluster.master]) as watch:
                    threads = [
                        threading.Thread(target=self.list_all, args=(cluster.port,)) for _ in range(session_count)
                    ]
                    for thread in threads:
                        thread.start()
                    for thread in threads:
                        thread.join()
                self.assertSmall(watch)
            answer = client.request(cluster.port, "GET", "/many/?list")
            self.assertEqual(len(json.loads(answer.body)["keys"]), KEYS)

    def list_all(self, port):
        """Reads as a slow client does: little by little."""
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65536)
            connection.sendall(b"GET /many/?list HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
            total = 0
            while piece := connection.recv(65536):
                total += len(piece)
        if total < KEYS * len('"/many/00000000",'):
            raise AssertionError(f"the list ended after {total} bytes")

    def test_idle_connections(self):
        hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        if hard < IDLE + 200:
            self.skipTest(f"the limit of open files is {hard}")
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
        if self.is_sanitized():
            self.skipTest("a sanitizer's own memory would be measured")
        with Cluster(1) as cluster:
            cluster.put("k", b"1", expect=201)
            volume = cluster.volumes[0]
            for one, port in ((cluster.master, cluster.port), (volume, volume.port)):
                connections = []
                with Watch([one]) as watch:
                    for _ in range(IDLE):
                        connection = socket.create_connection(("127.0.0.1", port), timeout=30)
                        connection.sendall(b"GET /-/health HTTP/1.1\r\nHost: x\r\n\r\n")
                        connections.append(connection)
                    for connection in connections:
                        self.assertIn(b"200", connection.recv(4096))
                print(f"{one.name}: {watch.growth[one.name] / IDLE / 1024:.1f} KiB an idle connection")
                self.assertLess(watch.growth[one.name] / IDLE, IDLE_BYTES_MAX)
                for connection in connections:
                    connection.close()

    @staticmethod
    def is_sanitized():
        done = subprocess.run(["nm", "-D", binary("master")], capture_output=True, text=True, check=False)
        return "__asan_init" in done.stdout or "__tsan_init" in done.stdout


if __name__ == "__main__":
    main()
