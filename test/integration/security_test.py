"""P7 and the rights: tickets, signatures, secrets, keys that try to leave, keys that share an MD5."""

import os
import stat
import subprocess
import tempfile
import time
import urllib.parse

from support import audit, client
from support.case import Case, ClusterCase, main
from support.cluster import Cluster
from support.processes import Process, binary, free_port, wait_until

# Two different messages of 128 bytes with the same MD5 (Wang, Feng, Lai, Yu 2004).
COLLIDING = [
    bytes.fromhex(
        "d131dd02c5e6eec4693d9a0698aff95c2fcab5" + a + "12467eab4004583eb8fb7f8955ad340609f4b30283e4888325" + b +
        "415a085125e8f7cdc99fd91dbd" + c + "80373c5bd8823e3156348f5bae6dacd436c919c6dd53e2" + d +
        "87da03fd02396306d248cda0e99f33420f577ee8ce54b67080" + e + "0d1ec69821bcb6a8839396f965" + f + "6ff72a70"
    )
    for a, b, c, d, e, f in (("87", "71", "f2", "b4", "a8", "2b"), ("07", "f1", "72", "34", "28", "ab"))
]
SECRET = "0123456789abcdef0123456789abcdef"


def parts(url):
    where = urllib.parse.urlsplit(url)
    return where.port, where.path, where.query


class Tickets(ClusterCase):
    master_flags = ("--overwrite", "allow")

    def location(self, method, key):
        return parts(self.cluster.request(method, f"/{key}?location").json()["url"])

    def assertNoRight(self, answer):
        self.assertIn(answer.status, (401, 403), repr(answer))
        self.assertIn(answer.json()["code"], ("ticket_invalid", "ticket_missing"))

    def test_no_ticket_no_right(self):
        self.cluster.put("plain", b"1", expect=201)
        for volume in self.cluster.volumes:
            for method in ("GET", "HEAD", "PUT", "DELETE"):
                answer = client.request(volume.port, method, "/plain", b"x" if method == "PUT" else None)
                self.assertIn(answer.status, (401, 403), repr(answer))
        self.assertEqual(self.cluster.get("plain").body, b"1")

    def test_an_altered_ticket_is_worth_nothing(self):
        self.cluster.put("altered", b"1", expect=201)
        for method in ("GET", "PUT"):
            port, path, query = self.location(method, "altered")
            body = b"forged" if method == "PUT" else None
            value = query.index("=") + 1
            for position in range(value, len(query), max(1, (len(query) - value) // 40)):
                letter = "A" if query[position] != "A" else "B"
                forged = query[:position] + letter + query[position + 1 :]
                self.assertNoRight(client.request(port, method, f"{path}?{forged}", body))
            for forged in (query[:-1], query[:value], query + "A", query.split("=")[0]):
                self.assertNoRight(client.request(port, method, f"{path}?{forged}", body))
        self.assertEqual(self.cluster.get("altered").body, b"1")

    def test_a_ticket_is_for_one_key_one_method_and_one_volume(self):
        for key in ("mine", "other"):
            self.cluster.put(key, b"1", expect=201)
        port, path, query = self.location("GET", "mine")
        self.assertStatus(client.request(port, "GET", f"{path}?{query}"), 200)
        self.assertNoRight(client.request(port, "GET", f"/other?{query}"))
        self.assertNoRight(client.request(port, "GET", f"/mine%2F?{query}"))
        for method in ("PUT", "DELETE"):
            self.assertNoRight(client.request(port, method, f"{path}?{query}", b"x" if method == "PUT" else None))
        for volume in self.cluster.volumes:
            if volume.port != port:
                self.assertNoRight(client.request(volume.port, "GET", f"{path}?{query}"))
        port, path, query = self.location("PUT", "mine")
        for method in ("GET", "HEAD", "DELETE"):
            answer = client.request(port, method, f"{path}?{query}")
            self.assertIn(answer.status, (401, 403))
        for volume in self.cluster.volumes:
            if volume.port != port:
                self.assertNoRight(client.request(volume.port, "PUT", f"{path}?{query}", b"x"))
        for key in ("mine", "other"):
            self.assertEqual(self.cluster.get(key).body, b"1")

    def test_a_ticket_is_good_for_one_value(self):
        port, path, query = self.location("PUT", "once")
        self.assertStatus(client.request(port, "PUT", f"{path}?{query}", b"first"), 201)
        again = client.request(port, "PUT", f"{path}?{query}", b"second")
        self.assertGreaterEqual(again.status, 400, repr(again))
        self.assertEqual(self.cluster.get("once").body, b"first")
        audit.check(self.cluster)

    def test_a_client_cannot_name_the_md5_of_its_value(self):
        for size in (20, 200_000):
            port, path, query = self.location("PUT", f"named-{size}")
            value = b"v" * size
            answer = client.request(port, "PUT", f"{path}?{query}", value, {"Smol-Md5": "follows"})
            self.assertStatus(answer, 201)
            self.assertEqual(answer.header("Content-MD5"), client.md5(value))
            self.assertEqual(self.cluster.get(f"named-{size}").body, value)
        audit.check(self.cluster)

    def test_a_ticket_drawn_before_a_deletion_does_not_revive_the_key(self):
        self.cluster.put("revived", b"1", expect=201)
        etag = self.cluster.get("revived").header("ETag")
        answer = self.cluster.request("PUT", "/revived?location", headers={"If-Match": etag})
        port, path, query = parts(answer.json()["url"])
        self.assertStatus(self.cluster.request("DELETE", "/revived"), 204)
        late = client.request(port, "PUT", f"{path}?{query}", b"late")
        self.assertRefused(late, 412, "precondition_failed")
        self.assertStatus(self.cluster.request("GET", "/revived"), 404)
        audit.check(self.cluster)


class Expiry(Case):
    def test_an_expired_ticket_is_refused(self):
        with Cluster(1, ["--ticket-lifetime", "1s"]) as cluster:
            port, path, query = parts(cluster.request("PUT", "/late?location").json()["url"])
            deadline = time.monotonic() + 2.5
            wait_until(lambda: time.monotonic() > deadline, "the ticket expires")
            late = client.request(port, "PUT", f"{path}?{query}", b"late")
            self.assertEqual(late.json()["code"], "ticket_expired", repr(late))
            self.assertStatus(cluster.request("GET", "/late"), 404)
            audit.check(cluster)


class Internal(ClusterCase):
    def test_unsigned_calls_are_refused(self):
        calls = [(self.cluster.port, "/-/commit"), (self.cluster.port, "/-/staged")]
        calls += [(volume.port, "/-/publish") for volume in self.cluster.volumes]
        for port, target in calls:
            for headers in ({}, {"Smol-Signature": "1.AAAA"}, {"Smol-Signature": ""}):
                with self.subTest(target=target, headers=headers):
                    answer = client.request(port, "POST", target, b"{}", headers)
                    self.assertIn(answer.status, (401, 403), repr(answer))
                    self.assertEqual(answer.json()["code"], "signature_invalid")

    def test_the_secret_is_not_told(self):
        done = subprocess.run(
            ["ldb", f"--db={self.cluster.db}", "--column_family=meta", "get", "secret"],
            capture_output=True, text=True, check=False,
        )
        self.assertEqual(done.returncode, 0, done.stderr)
        secret = done.stdout.strip()
        self.assertGreaterEqual(len(secret), 32)
        self.cluster.put("x", b"1")
        for page in ("/-/status", "/-/health", "/-/ready", "/-/stat/x"):
            self.assertNotIn(secret, client.request(self.cluster.port, "GET", page).body.decode())
        self.assertNotIn(secret, self.cluster.logs())

    def test_the_index_is_not_readable_by_others(self):
        self.assertEqual(stat.S_IMODE(os.stat(self.cluster.db).st_mode) & 0o077, 0)


class Keys(ClusterCase):
    def files_outside(self):
        found = []
        for folder, folders, files in os.walk(self.cluster.directory):
            folders[:] = [one for one in folders if not one.startswith(("volume", "olivedb"))]
            found += [os.path.join(folder, name) for name in files]
        return sorted(found)

    def test_keys_that_try_to_leave_stay_keys(self):
        before = self.files_outside()
        for target in (
            "/../../x", "/..%2f..%2fy", "/%2e%2e/%2e%2e/z", "/a/../../../x", "/.smol/volume.json", "/.smol%2fstaging%2fx",
            "/x%00.txt", "/ab/abcd/x", "//x", "/%2fetc%2fpasswd",
        ):
            with self.subTest(target=target):
                answer = self.cluster.request("PUT", target, b"held", follow=True)
                self.assertStatus(answer, 201)
                self.assertEqual(self.cluster.request("GET", target, follow=True).body, b"held")
        self.assertEqual(self.files_outside(), before)
        audit.check(self.cluster)

    def test_keys_with_the_same_md5(self):
        one, other = COLLIDING
        self.assertNotEqual(one, other)
        self.assertEqual(client.md5(one), client.md5(other))
        self.cluster.put(one, b"first", expect=201)
        for how in ("redirect", "relay"):
            answer = self.cluster.request("PUT", f"{client.path_of(other)}?{how}", b"second", follow=True)
            self.assertRefused(answer, 409, "key_collision")
        self.assertEqual(self.cluster.get(one).body, b"first")
        self.assertStatus(self.cluster.get(other), 404)
        self.assertStatus(self.cluster.request("DELETE", client.path_of(other)), 404)
        self.assertEqual(self.cluster.get(one).body, b"first")
        self.assertStatus(self.cluster.request("DELETE", client.path_of(one)), 204)
        audit.wait_settled(self.cluster)
        self.assertStatus(self.cluster.put(other, b"second"), 201)
        self.assertEqual(self.cluster.get(other).body, b"second")
        self.assertStatus(self.cluster.get(one), 404)
        audit.check(self.cluster)


class Secrets(Case):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory(prefix="smol-")
        self.addCleanup(self.folder.cleanup)

    def secret_file(self, text=SECRET, mode=0o600, name="secret"):
        path = os.path.join(self.folder.name, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(path, mode)
        return path

    def refused_start(self, name, flags, code=None):
        operands = [os.path.join(self.folder.name, "volume")] if name == "volume" else []
        done = subprocess.run(
            [binary(name), *operands, "--port", str(free_port()), *flags],
            cwd=self.folder.name, capture_output=True, text=True, timeout=20, check=False,
        )
        self.assertNotEqual(done.returncode, 0, done.stderr)
        if code is not None:
            self.assertEqual(done.returncode, code, done.stderr)
        lines = done.stderr.strip().splitlines()
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertNotIn(SECRET, done.stderr)
        return lines[0]

    def test_beyond_loopback_needs_a_secret(self):
        for name in ("master", "volume"):
            for address in ("0.0.0.0", "::"):
                line = self.refused_start(name, ["--listen", address], 2)
                self.assertIn("--secret-file", line)

    def test_a_secret_that_others_can_read_is_refused(self):
        for name in ("master", "volume"):
            for mode in (0o644, 0o640, 0o604):
                line = self.refused_start(name, ["--secret-file", self.secret_file(mode=mode)])
                self.assertIn("secret", line)
            self.refused_start(name, ["--secret-file", self.secret_file("short")])
            self.refused_start(name, ["--secret-file", os.path.join(self.folder.name, "none")])

    def test_a_cluster_with_a_secret_file(self):
        flags = ["--secret-file", self.secret_file()]
        with Cluster(2, [*flags, "--listen", "0.0.0.0"], [*flags, "--listen", "0.0.0.0"]) as cluster:
            cluster.put("k", b"1", expect=201)
            self.assertEqual(cluster.get("k").body, b"1")
            other = ["--secret-file", self.secret_file("f" * 32, name="other")]
            for name, wrong in (("stranger", other), ("naked", [])):
                path = os.path.join(cluster.directory, name)
                one = Process(
                    name,
                    [binary("volume"), path, "--port", str(free_port()), "--master", f"http://localhost:{cluster.port}", *wrong],
                    cluster.directory,
                )
                one.start()
                try:
                    wait_until(
                        lambda: not one.is_running() or "signature_invalid" in one.log(), "the stranger is refused"
                    )
                    up = [volume for volume in cluster.status()["volumes"] if volume["state"] == "up"]
                    self.assertEqual(len(up), 2)
                finally:
                    one.kill()
            self.assertNotIn(SECRET, cluster.logs())

    def test_insecure_is_a_choice(self):
        with Cluster(1, ["--insecure", "--listen", "0.0.0.0"]) as cluster:
            cluster.put("k", b"1", expect=201)


if __name__ == "__main__":
    main()
