"""Programs that people have, against both ways in: relay and redirect. Every value comes back identical."""

import hashlib
import os
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

from support import audit
from support.case import Case, main
from support.cluster import Cluster

SIZES = {"0 bytes": 0, "1 byte": 1, "64 KiB": 64 << 10, "20 MB": 20_000_000}

JAVA = r"""
import java.net.URI;
import java.net.http.*;
import java.net.http.HttpRequest.*;
import java.net.http.HttpResponse.*;
import java.nio.file.*;

public class Client {
    static HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
        .followRedirects(HttpClient.Redirect.NORMAL).build();

    public static void main(String[] words) throws Exception {
        for (int i = 0; i < words.length; i += 3) {
            URI uri = URI.create(words[i]);
            Path file = Path.of(words[i + 1]);
            boolean chunked = words[i + 2].equals("chunked");
            BodyPublisher body = BodyPublishers.ofFile(file);
            if (chunked) body = BodyPublishers.fromPublisher(body);
            HttpResponse<String> put = http.send(
                HttpRequest.newBuilder(uri).PUT(body).build(), BodyHandlers.ofString());
            if (put.statusCode() != 201) throw new Exception("PUT " + uri + ": " + put.statusCode() + put.body());
            HttpResponse<byte[]> get = http.send(HttpRequest.newBuilder(
                URI.create(words[i].replaceAll("[?].*", ""))).GET().build(), BodyHandlers.ofByteArray());
            if (get.statusCode() != 200 || !java.util.Arrays.equals(get.body(), Files.readAllBytes(file)))
                throw new Exception("GET " + uri + ": " + get.statusCode());
        }
    }
}
"""

NODE = r"""
const fs = require('fs');
const { Readable } = require('stream');
(async () => {
    const words = process.argv.slice(2);
    for (let i = 0; i < words.length; i += 3) {
        const [url, file, how] = words.slice(i, i + 3);
        const bytes = fs.readFileSync(file);
        const body = how === 'chunked' ? Readable.toWeb(fs.createReadStream(file)) : new Blob([bytes]);
        const put = await fetch(url, { method: 'PUT', body, duplex: 'half' });
        if (put.status !== 201) throw new Error(`PUT ${url}: ${put.status} ${await put.text()}`);
        const get = await fetch(url.replace(/[?].*/, ''));
        const read = Buffer.from(await get.arrayBuffer());
        if (get.status !== 200 || !read.equals(bytes)) throw new Error(`GET ${url}: ${get.status}`);
    }
})().catch(failure => { console.error(failure); process.exit(1); });
"""

REQUESTS = r"""
import sys, requests
session = requests.Session()
words = sys.argv[1:]
for url, path, how in zip(words[0::3], words[1::3], words[2::3]):
    data = open(path, 'rb').read()
    body = (data[at:at + 65536] for at in range(0, len(data), 65536)) if how == 'chunked' else data
    put = session.put(url, data=body)
    assert put.status_code == 201, (url, put.status_code, put.text)
    get = session.get(url.split('?')[0])
    assert get.status_code == 200 and get.content == data, (url, get.status_code, len(get.content))
"""


class Clients(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        cls.files = {}
        for name, size in SIZES.items():
            path = os.path.join(cls.folder.name, name.replace(" ", "-"))
            seed = hashlib.sha256(name.encode()).digest()
            with open(path, "wb") as file:
                file.write((seed * (size // len(seed) + 1))[:size])
            cls.files[name] = path
        cls.cluster = Cluster(3)

    @classmethod
    def tearDownClass(cls):
        try:
            audit.check(cls.cluster)
        finally:
            cls.cluster.stop()
            cls.folder.cleanup()

    def url(self, key, query=""):
        return f"http://localhost:{self.cluster.port}/{key}{query}"

    def run_program(self, *words):
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            cwd=self.folder.name,
            env={**os.environ, "no_proxy": "*", "NO_PROXY": "*"},
        )
        self.assertEqual(done.returncode, 0, f"{' '.join(words)[:300]}\n{done.stdout[-1000:]}{done.stderr[-2000:]}")
        return done

    def stored(self, key, path):
        """Read back with curl, byte for byte."""
        copy = os.path.join(self.folder.name, "copy")
        self.run_program("curl", "-sSfL", "-o", copy, self.url(key))
        self.run_program("cmp", path, copy)
        os.remove(copy)

    def table(self, name, hows=("known", "chunked"), queries=("", "?redirect")):
        for query in queries:
            for size, path in self.files.items():
                for how in hows:
                    yield f"{name}/{query[1:]}/{how}/{os.path.basename(path)}", query, path, how, size

    @staticmethod
    def upload(path, how):
        """curl's flags. Of an empty file it would send chunked no chunk at all, not even the last (7.88)."""
        if how == "known":
            return ["-T", path]
        return ["-T", path, "-H", "Transfer-Encoding: chunked"] if os.path.getsize(path) else ["-T", "-"]

    def test_curl_upload_file(self):
        for key, query, path, how, _ in self.table("curl-T"):
            with self.subTest(key=key):
                self.run_program("curl", "-sSfL", *self.upload(path, how), self.url(key, query))
                self.stored(key, path)

    def test_curl_data(self):
        for key, query, path, _, _ in self.table("curl-d", ["known"]):
            for expect in ("Expect: 100-continue", "Expect:"):
                one = f"{key}/{len(expect)}"
                with self.subTest(key=one):
                    self.run_program(
                        "curl", "-sSfL", "-X", "PUT", "-H", expect, "--data-binary", f"@{path}", self.url(one, query)
                    )
                    self.stored(one, path)

    def test_curl_without_following(self):
        """Where the master relays, a client that knows nothing of redirects can write."""
        for key, _, path, how, _ in self.table("curl-plain", queries=[""]):
            with self.subTest(key=key):
                done = self.run_program(
                    "curl", "-sS", "-w", "%{http_code}", "-H", "Expect:", *self.upload(path, how), self.url(key)
                )
                self.assertEqual(done.stdout[-3:], "201")
                self.stored(key, path)

    def test_curl_that_offers_and_does_not_follow_stores_nothing(self):
        done = self.run_program(
            "curl", "-sS", "-w", "%{http_code}", "-H", "Expect: 100-continue", "-T", self.files["20 MB"],
            self.url("offered"),
        )
        self.assertEqual(done.stdout[-3:], "307")
        self.assertStatus(self.cluster.get("offered"), 404)

    def test_curl_of_a_part_and_resuming(self):
        path = self.files["20 MB"]
        self.run_program("curl", "-sSfL", "-T", path, self.url("parts"))
        copy = os.path.join(self.folder.name, "resumed")
        with open(path, "rb") as file, open(copy, "wb") as begun:
            begun.write(file.read(7_000_000))
        self.run_program("curl", "-sSfL", "-C", "-", "-o", copy, self.url("parts"))
        self.run_program("cmp", path, copy)
        self.run_program("curl", "-sSfL", "-r", "1000-1999", "-o", copy, self.url("parts"))
        self.run_program("cmp", "--bytes=1000", "--ignore-initial=1000:0", path, copy)
        self.assertEqual(os.path.getsize(copy), 1000)

    def test_curl_delete(self):
        self.run_program("curl", "-sSf", "-X", "PUT", "-d", "x", self.url("doomed"))
        self.run_program("curl", "-sSfL", "-X", "DELETE", self.url("doomed"))
        self.assertStatus(self.cluster.get("doomed"), 404)

    def test_curl_of_3_gib(self):
        free = os.statvfs(self.folder.name)
        size = 3 << 30
        if free.f_bavail * free.f_frsize < 6 * size:
            self.skipTest("needs 18 GiB of free space")
        path = os.path.join(self.folder.name, "huge")
        with open(path, "wb") as file:
            file.truncate(size)
            for mark in range(0, size, 64 << 20):
                file.seek(mark)
                file.write(b"%020d" % mark)
        for how in ("known", "chunked"):
            chunked = ["-H", "Transfer-Encoding: chunked"] if how == "chunked" else []
            self.run_program("curl", "-sSfL", *chunked, "-T", path, self.url(f"huge-{how}"))
            with subprocess.Popen(["curl", "-sSfL", self.url(f"huge-{how}")], stdout=subprocess.PIPE) as read:
                self.run_program_with_input("cmp", path, "-", stdin=read.stdout)
            self.assertEqual(read.returncode, 0)
            self.run_program("curl", "-sSf", "-X", "DELETE", self.url(f"huge-{how}"))
            audit.wait_settled(self.cluster)
        os.remove(path)

    def run_program_with_input(self, *words, stdin):
        done = subprocess.run(words, stdin=stdin, capture_output=True, text=True, timeout=300, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_wget(self):
        for key, query, path, _, _ in self.table("wget", ["known"]):
            with self.subTest(key=key):
                self.run_program("wget", "-q", "-O", "/dev/null", "--method=PUT", f"--body-file={path}", self.url(key, query))
                copy = os.path.join(self.folder.name, "wget-copy")
                self.run_program("wget", "-q", "-O", copy, self.url(key))
                self.run_program("cmp", path, copy)

    def words(self, name, hows=("known", "chunked"), skip=lambda *_: False):
        words = []
        for key, query, path, how, size in self.table(name, hows):
            if not skip(query, how, size):
                words += [self.url(key, query), path, how]
        return words

    def test_python_requests(self):
        if subprocess.run(["/usr/bin/python3", "-c", "import requests"], capture_output=True, check=False).returncode:
            self.skipTest("python3-requests is not installed")
        # A generator cannot be sent twice, so requests cannot follow a redirect with one.
        words = self.words("requests", skip=lambda query, how, _: query and how == "chunked")
        self.run_program("/usr/bin/python3", "-c", REQUESTS, *words)

    def test_python_urllib(self):
        # urllib follows no redirect of a PUT; it needs none where the master relays.
        for key, _, path, how, size in self.table("urllib", queries=[""]):
            with self.subTest(key=key), open(path, "rb") as file:
                body = iter(lambda: file.read(65536), b"") if how == "chunked" else file.read()
                put = urllib.request.Request(self.url(key), data=body, method="PUT")
                if how == "chunked":
                    put.add_unredirected_header("Transfer-Encoding", "chunked")
                with urllib.request.urlopen(put) as answer:
                    self.assertEqual(answer.status, 201)
                with urllib.request.urlopen(self.url(key)) as answer, open(path, "rb") as expected:
                    self.assertTrue(answer.read() == expected.read())
        request = urllib.request.Request(self.url(key), method="DELETE")
        with urllib.request.urlopen(request) as answer:
            self.assertEqual(answer.status, 204)
        with self.assertRaises(urllib.error.HTTPError):
            urllib.request.urlopen(self.url(key))

    def test_node_fetch(self):
        node = shutil.which("node")
        done = subprocess.run([node or "false", "-e", "fetch"], capture_output=True, check=False)
        if done.returncode:
            self.skipTest("there is no node with fetch")
        # fetch cannot send a stream twice; it needs no redirect where the master relays.
        words = self.words("node", skip=lambda query, how, _: query and how == "chunked")
        script = os.path.join(self.folder.name, "client.js")
        with open(script, "w", encoding="ascii") as file:
            file.write(NODE)
        self.run_program(node, script, *words)

    def test_java_http_client(self):
        java = shutil.which("java")
        if not java or subprocess.run([java, "--list-modules"], capture_output=True, text=True, check=False).stdout.find("jdk.compiler") < 0:
            self.skipTest("there is no JDK")
        script = os.path.join(self.folder.name, "Client.java")
        with open(script, "w", encoding="ascii") as file:
            file.write(JAVA)
        self.run_program(java, script, *self.words("java"))


if __name__ == "__main__":
    main()
