"""Clients that did not come from us store and fetch values of many sizes, of known length and chunked."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
import urllib.request

from support import audit, client
from support.case import ClusterCase, main

SIZES = {"none": 0, "one": 1, "middle": 65_536, "large": 20_000_000}
HUGE_BYTES = 3 << 30
FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "clients")


def free_bytes(path):
    room = os.statvfs(path)
    return room.f_bavail * room.f_frsize


def sha256_of(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


def run(*arguments, stdin=None, timeout=240.0):
    """Runs a program without proxies; its output. Fails the test if it fails."""
    environment = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    done = subprocess.run(
        [str(argument) for argument in arguments],
        stdin=stdin or subprocess.DEVNULL,
        capture_output=True,
        timeout=timeout,
        env=environment,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"{arguments}: exit code {done.returncode}\n{done.stdout}\n{done.stderr.decode()}")
    return done.stdout


class ClientCase(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = tempfile.mkdtemp(prefix="smol-clients-", dir=os.environ.get("SMOL_TMP"))
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        for name, size in SIZES.items():
            with open(f"{cls.folder}/{name}", "wb") as file:
                file.write(os.urandom(size))

    def url(self, key):
        return f"http://localhost:{self.cluster.port}{client.path_of(key)}"

    def each_size(self, prefix):
        """Yields (source file, key, file to fetch into), and compares once the caller is done with it."""
        fetched = f"{self.folder}/fetched"
        for name in SIZES:
            if os.path.exists(fetched):
                os.unlink(fetched)
            yield f"{self.folder}/{name}", f"{prefix}/{name}", fetched
            self.assertEqual(sha256_of(fetched), sha256_of(f"{self.folder}/{name}"), f"{prefix}/{name}")

    def tearDown(self):
        audit.wait_settled(self.cluster)


class Curl(ClientCase):
    def put(self, *arguments, stdin=None):
        """The status that curl saw last."""
        return run("curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", *arguments,
                   stdin=stdin).decode()

    def fetch(self, key, path):
        run("curl", "-sSfL", "--noproxy", "*", "-o", path, self.url(key))

    def test_upload_of_files(self):
        for expect in ("Expect:", "Expect: 100-continue", "X-As-Curl-Likes: it"):
            for follow in ((), ("-L",)):
                if expect != "Expect:" and not follow:
                    continue  # the next test
                for source, key, fetched in self.each_size(f"curl/T/{expect}/{len(follow)}"):
                    self.assertEqual(self.put(*follow, "-H", expect, "-T", source, self.url(key)), "201")
                    self.fetch(key, fetched)

    def test_expect_without_following_is_told_where_to_go(self):
        source = f"{self.folder}/large"
        status = self.put("-H", "Expect: 100-continue", "-T", source, self.url("curl/nofollow"))
        self.assertEqual(status, "307")
        self.assertStatus(self.cluster.request("GET", "/curl/nofollow"), 404)

    def test_data_in_the_command(self):
        for follow in ((), ("-L",)):
            for source, key, fetched in self.each_size(f"curl/d/{len(follow)}"):
                arguments = (*follow, "-X", "PUT", "-H", "Expect:", "--data-binary", f"@{source}", self.url(key))
                self.assertEqual(self.put(*arguments), "201")
                self.fetch(key, fetched)
        self.assertEqual(self.put("-L", "-X", "PUT", "-d", "bigswag", self.url("curl/README")), "201")
        self.assertEqual(self.cluster.get("curl/README").body, b"bigswag")

    def test_chunked_from_standard_input(self):
        for follow in ((), ("-L",)):
            for expect in ("Expect:", "X-None: 1"):
                if not follow and expect != "Expect:":
                    continue
                for source, key, fetched in self.each_size(f"curl/chunked/{expect}/{len(follow)}"):
                    with open(source, "rb") as stdin:
                        status = self.put(*follow, "-H", expect, "-T", "-", self.url(key), stdin=stdin)
                    if follow and expect != "Expect:" and status == "307":
                        continue  # curl cannot read its standard input a second time
                    self.assertEqual(status, "201")
                    self.fetch(key, fetched)

    def test_ranges_and_resuming(self):
        source = f"{self.folder}/large"
        self.assertEqual(self.put("-L", "-T", source, self.url("curl/range")), "201")
        with open(source, "rb") as file:
            data = file.read()
        part = run("curl", "-sSfL", "--noproxy", "*", "-r", "1000-1999", self.url("curl/range"))
        self.assertTrue(part == data[1000:2000])
        resumed = f"{self.folder}/resumed"
        with open(resumed, "wb") as file:
            file.write(data[:7_000_000])
        run("curl", "-sSfL", "--noproxy", "*", "-C", "-", "-o", resumed, self.url("curl/range"))
        self.assertEqual(sha256_of(resumed), sha256_of(source))

    def test_delete(self):
        self.assertEqual(self.put("-L", "-X", "PUT", "-d", "x", self.url("curl/delete")), "201")
        self.assertEqual(self.put("-L", "-X", "DELETE", self.url("curl/delete")), "204")
        self.assertEqual(self.put("-L", self.url("curl/delete")), "404")


class Wget(ClientCase):
    @unittest.skipUnless(shutil.which("wget"), "wget is not installed")
    def test_store_and_fetch(self):
        for source, key, fetched in self.each_size("wget"):
            run("wget", "-q", "-O", "-", "--method=PUT", f"--body-file={source}", self.url(key))
            run("wget", "-q", "-O", fetched, self.url(key))
        run("wget", "-q", "-O", "-", "--method=DELETE", self.url("wget/one"))
        self.assertStatus(self.cluster.request("GET", "/wget/one"), 404)


def pieces_of(path):
    with open(path, "rb") as file:
        while piece := file.read(100_000):
            yield piece


class Python(ClientCase):
    def test_requests(self):
        try:
            import requests
        except ImportError:
            self.skipTest("python3-requests is not installed")
        session = requests.Session()
        session.trust_env = False
        ways = {
            "bytes": lambda source: open(source, "rb").read(),
            "file": lambda source: open(source, "rb"),
            "chunked": pieces_of,
        }
        for way, body in ways.items():
            for source, key, fetched in self.each_size(f"requests/{way}"):
                answer = session.put(self.url(key), data=body(source), timeout=60)
                self.assertEqual(answer.status_code, 201, answer.text)
                answer = session.get(self.url(key), timeout=60)
                self.assertEqual(answer.status_code, 200)
                with open(fetched, "wb") as file:
                    file.write(answer.content)
        self.assertEqual(session.delete(self.url("requests/file/one"), timeout=60).status_code, 204)

    def test_urllib(self):
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        for way in ("bytes", "chunked"):
            for source, key, fetched in self.each_size(f"urllib/{way}"):
                with open(source, "rb") as file:
                    body = file.read() if way == "bytes" else pieces_of(source)
                with opener.open(urllib.request.Request(self.url(key), body, method="PUT"), timeout=60) as answer:
                    self.assertEqual(answer.status, 201)
                with opener.open(self.url(key), timeout=60) as answer, open(fetched, "wb") as file:
                    shutil.copyfileobj(answer, file)
        with opener.open(urllib.request.Request(self.url("urllib/bytes/one"), method="DELETE"), timeout=60) as answer:
            self.assertEqual(answer.status, 204)


class OtherLanguages(ClientCase):
    def store_and_fetch(self, *program):
        """`program` takes: URL, source file, file to fetch into, "known" or "chunked"."""
        for way in ("known", "chunked"):
            for source, key, fetched in self.each_size(f"{os.path.basename(program[-1])}/{way}"):
                run(*program, self.url(key), source, fetched, way)

    @unittest.skipUnless(shutil.which("node"), "node is not installed")
    def test_node_fetch(self):
        if b"function" not in run("node", "-e", "console.log(typeof fetch)"):
            self.skipTest("this node has no fetch")
        self.store_and_fetch("node", f"{FOLDER}/fetch.mjs")

    @unittest.skipUnless(shutil.which("javac"), "no JDK is installed")
    def test_java_http_client(self):
        run("javac", "-d", self.folder, f"{FOLDER}/JavaClient.java")
        self.store_and_fetch("java", "-cp", self.folder, "JavaClient")


class Huge(ClientCase):
    """3 GiB, by curl. One replica, so that the disk holds it."""

    volumes = 2
    master_flags = ("--replicas", "1")

    def setUp(self):
        room = free_bytes(self.folder)
        if room < 4 * HUGE_BYTES:
            self.skipTest(f"needs {4 * HUGE_BYTES >> 30} GiB of disk, there are {room >> 30}")
        self.source = f"{self.folder}/huge"
        noise = os.urandom(1 << 20)
        with open(self.source, "wb") as file:
            for number in range(HUGE_BYTES >> 20):
                file.write(number.to_bytes(8, "big") + noise[8:])
        self.addCleanup(os.unlink, self.source)

    def store_and_fetch(self, key, *arguments, stdin=None):
        status = run("curl", "-sS", "--noproxy", "*", "-o", "/dev/null", "-w", "%{http_code}", *arguments,
                     self.url(key), stdin=stdin)
        self.assertEqual(status, b"201")
        with subprocess.Popen(
            ["curl", "-sSfL", "--noproxy", "*", self.url(key)], stdout=subprocess.PIPE
        ) as fetching:
            same = subprocess.run(["cmp", "-", self.source], stdin=fetching.stdout, check=False)
        self.assertEqual((fetching.returncode, same.returncode), (0, 0))
        self.assertStatus(self.cluster.request("DELETE", client.path_of(key)), 204)
        audit.wait_settled(self.cluster)

    def test_three_gibibytes(self):
        self.store_and_fetch("huge/redirected", "-L", "-H", "Expect: 100-continue", "-T", self.source)
        self.store_and_fetch("huge/relayed", "-H", "Expect:", "-T", self.source)
        with open(self.source, "rb") as stdin:
            self.store_and_fetch("huge/chunked", "-H", "Expect:", "-T", "-", stdin=stdin)


if __name__ == "__main__":
    main()
