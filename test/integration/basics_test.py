"""Every verb at the master, and every refusal, with status and body (docs/HTTP_API.md)."""

import base64
import hashlib
import json
import os
import subprocess
import urllib.parse

from support import audit, client
from support.case import Case, ClusterCase, main
from support.cluster import Cluster
from support.processes import wait_until

ETAG = r'^"xxh3-[0-9a-f]{32}"$'


class Values(ClusterCase):
    def test_put_get_delete(self):
        created = self.cluster.put("fruit/apple", b"green", expect=201)
        self.assertRegex(created.header("ETag"), ETAG)
        self.assertEqual(created.header("Content-MD5"), client.md5(b"green"))
        read = self.cluster.get("fruit/apple")
        self.assertStatus(read, 200)
        self.assertEqual(read.body, b"green")
        self.assertEqual(read.header("ETag"), created.header("ETag"))
        self.assertEqual(read.header("Accept-Ranges"), "bytes")
        self.assertEqual(read.header("Content-MD5"), client.md5(b"green"))
        self.assertEqual(read.header("Content-Length"), "5")
        self.assertIn("GMT", read.header("Last-Modified"))
        self.assertStatus(self.cluster.request("DELETE", "/fruit/apple"), 204)
        self.assertRefused(self.cluster.request("GET", "/fruit/apple"), 404, "not_found", "/fruit/apple")
        self.assertRefused(self.cluster.request("DELETE", "/fruit/apple"), 404, "not_found", "/fruit/apple")

    def test_a_value_is_a_file_of_its_own_on_three_volumes(self):
        self.cluster.put("a file", b"plain bytes", expect=201)
        audit.wait_settled(self.cluster)
        for volume in self.cluster.volumes:
            with open(f"{volume.path}/{audit.blob_path(b'a file')}", "rb") as file:
                self.assertEqual(file.read(), b"plain bytes")

    def test_get_redirects_with_all_that_is_known(self):
        self.cluster.put("known", b"12345", expect=201)
        for method in ("GET", "HEAD"):
            answer = self.assertStatus(self.cluster.request(method, "/known"), 307)
            self.assertEqual(answer.header("Content-Length"), "0")
            self.assertEqual(answer.header("Content-MD5"), client.md5(b"12345"))
            self.assertRegex(answer.header("ETag"), ETAG)
            self.assertEqual(len(answer.header("Key-Volumes").split(",")), 3)
            self.assertEqual(answer.header("Key-Balance"), "balanced")
            self.assertEqual(answer.header("Cache-Control"), "no-store")
            links = ", ".join(answer.headers.get_all("Link"))
            self.assertEqual(links.count("rel=duplicate"), 2)
            for link in [answer.header("Location"), *[part.split(">")[0] for part in links.split("<")[1:]]]:
                where = urllib.parse.urlsplit(link)
                read = client.request(where.port, "GET", f"{where.path}?{where.query}")
                self.assertEqual((read.status, read.body), (200, b"12345"), link)

    def test_a_value_at_hand_is_answered_as_from_its_file(self):
        for name, data in (("small", b"12345"), ("large", bytes(range(256)) * 4_097)):
            with self.subTest(name):
                self.check_at_hand("at hand/" + name, data)

    def check_at_hand(self, key, data):
        self.cluster.put(key, data, expect=201)
        there = urllib.parse.urlsplit(self.cluster.request("GET", client.path_of(key)).header("Location"))
        target = f"{there.path}?{there.query}"
        wanted = {
            ("GET", None, None): (200, data),
            ("HEAD", None, None): (200, b""),
            ("GET", "Range", "bytes=1-3"): (206, data[1:4]),
            ("GET", "Range", "bytes=-2"): (206, data[-2:]),
            ("GET", "If-None-Match", "*"): (304, b""),
        }
        refused = {("GET", "Range", "bytes=9999999-"): 416, ("GET", "If-Match", '"other"'): 412}

        def read(method, name, value):
            answer = client.request(there.port, method, target, headers={name: value} if name else {})
            passing = ("Date", "Smol-Request-Id")
            fields = sorted(one for one in answer.headers.items() if one[0] not in passing)
            return answer.status, answer.body if answer.status < 400 else b"", fields

        first = [read(*one) for one in (*wanted, *refused)]
        self.assertEqual([one[:2] for one in first[: len(wanted)]], list(wanted.values()))
        self.assertEqual([one[0] for one in first[len(wanted) :]], list(refused.values()))
        self.assertEqual([read(*one) for one in (*wanted, *refused)], first)
        unsigned = client.request(there.port, "GET", there.path)
        self.assertRefused(unsigned, 403, "ticket_missing", client.path_of(key))
        self.assertRefused(client.request(there.port, "GET", target + "A"), 403, "ticket_invalid", client.path_of(key))

    def test_location_names_the_host_that_the_client_used(self):
        self.cluster.put("host", b"1", expect=201)
        for host in ("localhost", "127.0.0.1"):
            with self.subTest(host=host):
                answer = self.cluster.request("GET", "/host", headers={}, host=host)
                self.assertEqual(urllib.parse.urlsplit(answer.header("Location")).hostname, host)

    def test_sizes_and_framings(self):
        for size in (0, 1, 4095, 4096, 65536, 65537, 1 << 20, (1 << 20) + 1, 5_000_000):
            data = bytes(index * 7 % 251 for index in range(min(size, 4096))) * (size // 4096 + 1)
            data = data[:size]
            half = len(data) // 2
            bodies = {"length": data, "chunked": [data[:half], data[half:]], "expect": data}
            for framing, body in bodies.items():
                for follow in (True, False):
                    with self.subTest(size=size, framing=framing, follow=follow):
                        key = f"sizes/{size}/{framing}/{follow}"
                        headers = {"Content-Length": str(size)} if framing == "expect" else {}
                        target = client.path_of(key) + ("?redirect" if follow else "?relay")
                        answer = self.cluster.request("PUT", target, body, headers, follow=True)
                        self.assertStatus(answer, 201)
                        read = self.cluster.get(key)
                        self.assertEqual((read.status, len(read.body)), (200, size))
                        self.assertTrue(read.body == data, "other bytes")
                        self.assertEqual(read.header("ETag"), answer.header("ETag"))

    def test_any_bytes_are_a_key(self):
        keys = [
            b"k", b"a//b", b"a/../b", b"./x", b"..", b"a/", b"/lead", b"\x00", b"\xff\xfe", "käse".encode(),
            b"a b", b"a+b", b"a%b", b"a?b", b"a#b", b'"', b"\n", b"-", b"-x/y", b"x" * 1024, b"\xc3" * 1024,
        ]
        for key in keys:
            with self.subTest(key=key[:20]):
                self.assertStatus(self.cluster.put(key, b"v:" + key), 201)
                read = self.cluster.get(key)
                self.assertEqual((read.status, read.body), (200, b"v:" + key))
                self.assertStatus(self.cluster.request("DELETE", client.path_of(key)), 204)

    def test_headers_of_the_client_are_kept(self):
        headers = {"Content-Type": "image/x-smol; q=1", "Smol-Meta-Colour": "blue", "smol-meta-n": "1, 2"}
        for how in ("redirect", "relay"):
            answer = self.cluster.request("PUT", f"/meta-{how}?{how}", b"x", headers, follow=True)
            self.assertStatus(answer, 201)
            read = self.cluster.get(f"meta-{how}")
            self.assertEqual(read.header("Content-Type"), "image/x-smol; q=1")
            self.assertEqual(read.header("Smol-Meta-Colour"), "blue")
            self.assertEqual(read.header("Smol-Meta-N"), "1, 2")
        self.cluster.put("no type", b"x", expect=201)
        self.assertEqual(self.cluster.get("no type").header("Content-Type"), "application/octet-stream")

    def test_content_md5_is_checked(self):
        data = b"checked" * 1000
        digest = hashlib.md5(data).digest()
        for how in ("redirect", "relay"):
            for number, good in enumerate((base64.b64encode(digest).decode(), digest.hex())):
                answer = self.cluster.request(
                    "PUT", f"/md5/{how}/{number}?{how}", data, {"Content-MD5": good}, follow=True
                )
                self.assertStatus(answer, 201)
                self.assertEqual(answer.header("Content-MD5"), digest.hex())
            wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
            answer = self.cluster.request("PUT", f"/md5/{how}/bad?{how}", data, {"Content-MD5": wrong}, follow=True)
            self.assertRefused(answer, 400, "digest_mismatch")
            self.assertStatus(self.cluster.request("GET", f"/md5/{how}/bad"), 404)
        audit.check(self.cluster)

    def test_all_replicas_have_the_same_md5(self):
        whole, over = 1 << 20, 2 << 20
        sizes = (0, 1, 65535 - 16, 65536 - 16, 65536 - 15, 65536, 65537, whole - 16, whole, whole + 1, over)
        cases = [(size, how, False) for size in sizes for how in ("redirect", "relay")]
        cases += [(size, "redirect", True) for size in (5, 65536, over)]
        wanted = {}
        for size, how, is_asked in cases:
            data = bytes(range(256)) * (size // 256) + b"m" * (size % 256)
            key = f"replicated/{size}/{how}/{is_asked}"
            headers = {"Content-MD5": client.md5(data)} if is_asked else {}
            answer = self.cluster.request("PUT", f"{client.path_of(key)}?{how}", data, headers, follow=True)
            self.assertStatus(answer, 201)
            wanted[key] = [f"md5={client.md5(data)}"] if is_asked or size <= whole else []
        audit.wait_settled(self.cluster)
        for key, md5 in wanted.items():
            for volume in self.cluster.volumes:
                with self.subTest(key=key, volume=volume.name):
                    path = f"{volume.path}/{audit.blob_path(key.encode())}"
                    words = os.getxattr(path, "user.smol.blob").decode().split(" ")
                    self.assertEqual([word for word in words if word.startswith("md5=")], md5)
        audit.check(self.cluster)

    def test_another_content_md5_leaves_nothing(self):
        for size in (0, 1, 65536, 65537, 2 << 20):
            with self.subTest(size=size):
                headers = {"Content-MD5": client.md5(b"other")}
                answer = self.cluster.request("PUT", f"/no/{size}?redirect", b"v" * size, headers, follow=True)
                self.assertRefused(answer, 400, "digest_mismatch")
                self.assertStatus(self.cluster.request("GET", f"/no/{size}"), 404)
        audit.check(self.cluster)


class Ranges(ClusterCase):
    DATA = bytes(range(256)) * 1000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.put("range", cls.DATA, expect=201)
        cls.cluster.put("empty", b"", expect=201)

    def test_one_range(self):
        size = len(self.DATA)
        rows = [
            ("bytes=0-0", 0, 1), ("bytes=0-", 0, size), ("bytes=-1", size - 1, size), ("bytes=5-9", 5, 10),
            (f"bytes=-{size * 2}", 0, size), (f"bytes=10-{size * 2}", 10, size), (f"bytes={size - 1}-", size - 1, size),
            ("bytes=100000-199999", 100000, 200000),
        ]
        for header, begin, end in rows:
            with self.subTest(header=header):
                read = self.assertStatus(self.cluster.get("range", {"Range": header}), 206)
                self.assertTrue(read.body == self.DATA[begin:end])
                self.assertEqual(read.header("Content-Range"), f"bytes {begin}-{end - 1}/{size}")

    def test_ranges_that_may_be_ignored(self):
        for header in ("bytes=3-2", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes", "bytes=", "bytes=-"):
            with self.subTest(header=header):
                read = self.assertStatus(self.cluster.get("range", {"Range": header}), 200)
                self.assertTrue(read.body == self.DATA)

    def test_ranges_beyond_the_end(self):
        for key, header in (("range", f"bytes={len(self.DATA)}-"), ("range", "bytes=-0"), ("empty", "bytes=0-")):
            with self.subTest(key=key, header=header):
                answer = self.cluster.get(key, {"Range": header})
                self.assertRefused(answer, 416, "range_unsatisfiable")
                size = len(self.DATA) if key == "range" else 0
                self.assertEqual(answer.header("Content-Range"), f"bytes */{size}")

    def test_if_range(self):
        etag = self.cluster.get("range").header("ETag")
        self.assertStatus(self.cluster.get("range", {"Range": "bytes=0-9", "If-Range": etag}), 206)
        self.assertStatus(self.cluster.get("range", {"Range": "bytes=0-9", "If-Range": '"other"'}), 200)

    def test_head_has_the_headers_of_get_and_no_body(self):
        read = self.cluster.request("HEAD", "/range", follow=True)
        self.assertStatus(read, 200)
        self.assertEqual(read.header("Content-Length"), str(len(self.DATA)))
        self.assertEqual(read.body, b"")


class Conditions(ClusterCase):
    master_flags = ("--overwrite", "allow")

    def test_reads(self):
        etag = self.cluster.put("read", b"x", expect=201).header("ETag")
        modified = self.cluster.get("read").header("Last-Modified")
        rows = [
            ({"If-None-Match": etag}, 304), ({"If-None-Match": "*"}, 304), ({"If-None-Match": f'"a", W/{etag}'}, 304),
            ({"If-None-Match": '"a"'}, 200), ({"If-Match": etag}, 200), ({"If-Match": "*"}, 200),
            ({"If-Match": '"a"'}, 412), ({"If-Match": f"W/{etag}"}, 412), ({"If-Modified-Since": modified}, 304),
            ({"If-Modified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 200), ({"If-Modified-Since": "yesterday"}, 200),
            ({"If-Unmodified-Since": "Sun, 06 Nov 1994 08:49:37 GMT"}, 412), ({"If-Unmodified-Since": modified}, 200),
            ({"If-None-Match": '"a"', "If-Modified-Since": modified}, 200),
        ]
        for headers, status in rows:
            for method in ("GET", "HEAD"):
                with self.subTest(headers=headers, method=method):
                    answer = self.cluster.request(method, "/read", headers=headers, follow=True)
                    self.assertStatus(answer, status)
                    if status == 304:
                        self.assertEqual(answer.header("ETag"), etag)
                        self.assertEqual(answer.body, b"")
        answer = self.cluster.get("read", {"If-Match": '"a"'})
        self.assertRefused(answer, 412, "precondition_failed", "/read")

    def test_writes(self):
        for how in ("redirect", "relay"):
            target = f"/write-{how}?{how}"

            def put(body, headers):
                return self.cluster.request("PUT", target, body, headers, follow=True)

            self.assertRefused(put(b"0", {"If-Match": "*"}), 412, "precondition_failed")
            first = self.assertStatus(put(b"1", {"If-None-Match": "*"}), 201)
            self.assertRefused(put(b"2", {"If-None-Match": "*"}), 412, "precondition_failed")
            self.assertRefused(put(b"2", {"If-Match": '"other"'}), 412, "precondition_failed")
            second = self.assertStatus(put(b"2", {"If-Match": first.header("ETag")}), 200)
            self.assertRefused(put(b"3", {"If-Match": first.header("ETag")}), 412, "precondition_failed")
            self.assertNotEqual(first.header("ETag"), second.header("ETag"))
            self.assertEqual(self.cluster.get(f"write-{how}").body, b"2")
            self.assertStatus(put(b"3", {}), 200)

    def test_deletes(self):
        etag = self.cluster.put("doomed", b"x", expect=201).header("ETag")
        refused = self.cluster.request("DELETE", "/doomed", headers={"If-Match": '"other"'})
        self.assertRefused(refused, 412, "precondition_failed", "/doomed")
        self.assertStatus(self.cluster.request("DELETE", "/doomed", headers={"If-Match": etag}), 204)

    def test_a_precondition_is_held_at_commit_too(self):
        """A ticket drawn under If-Match loses to a write that commits while it uploads."""
        etag = self.cluster.put("race", b"old", expect=201).header("ETag")
        ticket = self.cluster.request("PUT", "/race?location", headers={"If-Match": etag}).json()["url"]
        self.cluster.put("race", b"between", expect=200)
        where = urllib.parse.urlsplit(ticket)
        late = client.request(where.port, "PUT", f"{where.path}?{where.query}", b"late")
        self.assertRefused(late, 412, "precondition_failed")
        self.assertEqual(self.cluster.get("race").body, b"between")
        audit.check(self.cluster)


class Policies(Case):
    def test_overwriting_is_forbidden_by_default(self):
        with Cluster(1) as cluster:
            etag = cluster.put("k", b"1", expect=201).header("ETag")
            for how in ("redirect", "relay", "location"):
                answer = cluster.request("PUT", f"/k?{how}", b"2", follow=True)
                self.assertRefused(answer, 403, "key_exists", "/k")
            self.assertStatus(cluster.put("k", b"2", {"If-Match": etag}), 200)
            self.assertEqual(cluster.get("k").body, b"2")
            cluster.request("DELETE", "/k")
            self.assertStatus(cluster.put("k", b"3"), 201)
            audit.check(cluster)

    def test_overwriting_where_it_is_allowed(self):
        with Cluster(3, ["--overwrite", "allow"]) as cluster:
            for number in range(20):
                answer = cluster.put("k", b"value %d" % number)
                self.assertStatus(answer, 201 if number == 0 else 200)
                self.assertEqual(cluster.get("k").body, b"value %d" % number)
            kept = audit.check(cluster)
            self.assertEqual(list(kept), [b"k"])

    def test_protected_keys_must_be_unlinked_first(self):
        with Cluster(1, ["--protect"]) as cluster:
            cluster.put("k", b"1", expect=201)
            self.assertRefused(cluster.request("DELETE", "/k"), 403, "key_protected", "/k")
            self.assertStatus(cluster.request("POST", "/k?unlink"), 204)
            self.assertStatus(cluster.request("DELETE", "/k"), 204)

    def test_empty_values_can_be_rejected(self):
        with Cluster(1, ["--reject-empty"]) as cluster:
            self.assertRefused(cluster.put("k", b""), 411, "length_required", "/k")
            self.assertStatus(cluster.put("k", b"1"), 201)

    def test_a_limit_of_size(self):
        with Cluster(1, ["--value-bytes-max", "64K"]) as cluster:
            for how in ("redirect", "relay"):
                answer = cluster.request("PUT", f"/k-{how}?{how}", b"x" * 65537, follow=True)
                self.assertRefused(answer, 413, "body_too_large")
                chunks = [b"x" * 1000] * 70
                answer = cluster.request("PUT", f"/c-{how}?{how}", chunks, follow=True)
                self.assertRefused(answer, 413, "body_too_large")
                self.assertStatus(cluster.request("PUT", f"/k-{how}?{how}", b"x" * 65536, follow=True), 201)
            audit.check(cluster)

    def test_redirect_always_and_never(self):
        with Cluster(1, ["--redirect", "always"]) as cluster:
            self.assertStatus(cluster.put("k", b"1"), 307)
        with Cluster(1, ["--redirect", "never"]) as cluster:
            answer = cluster.put("k", b"1", {"Expect": "100-continue"})
            self.assertStatus(answer, 201)
            read = self.assertStatus(cluster.request("GET", "/k"), 200)
            self.assertEqual(read.body, b"1")

    def test_too_few_volumes(self):
        with Cluster(3) as cluster:
            cluster.put("k", b"1", expect=201)
            audit.wait_settled(cluster)
            for volume in cluster.volumes[1:]:
                volume.kill()
            wait_until(
                lambda: sum(one["state"] == "up" for one in cluster.status()["volumes"]) == 1, "two volumes are down"
            )
            self.assertRefused(cluster.put("more", b"1"), 503, "too_few_volumes", "/more")
            self.assertEqual(cluster.get("k").body, b"1")
            cluster.volumes[0].kill()
            wait_until(
                lambda: all(one["state"] != "up" for one in cluster.status()["volumes"]), "all volumes are down"
            )
            self.assertRefused(cluster.request("GET", "/k"), 503, "volumes_down", "/k")
            self.assertRefused(cluster.request("GET", "/none"), 404, "not_found", "/none")

    def test_two_of_three_volumes_are_enough(self):
        with Cluster(3) as cluster:
            cluster.volumes[0].kill()
            wait_until(
                lambda: sum(one["state"] == "up" for one in cluster.status()["volumes"]) == 2, "one volume is down"
            )
            cluster.put("k", b"1", expect=201)
            answer = cluster.request("GET", "/k")
            self.assertEqual(len(answer.header("Key-Volumes").split(",")), 2)
            self.assertEqual(answer.header("Key-Balance"), "unbalanced")


class Choice(ClusterCase):
    def test_expect_is_redirected_before_a_byte_of_the_body(self):
        received = client.raw(
            self.cluster.port,
            b"PUT /expect HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
            timeout=2,
        )
        self.assertEqual(client.statuses(received), [307])

    def test_a_body_on_its_way_is_relayed(self):
        answer = self.cluster.put("sent once", b"12345")
        self.assertStatus(answer, 201)
        self.assertIsNone(answer.header("Location"))

    def test_the_request_may_choose(self):
        self.assertStatus(self.cluster.request("PUT", "/choose?redirect", b"1"), 307)
        self.assertStatus(self.cluster.request("PUT", "/choose?relay", b"1", {"Expect": "100-continue"}), 201)
        read = self.cluster.request("GET", "/choose?relay")
        self.assertEqual((read.status, read.body), (200, b"1"))
        for method in ("GET", "HEAD"):
            self.assertStatus(self.cluster.request(method, "/choose?redirect"), 307)

    def test_a_relayed_read_honours_range_and_conditions(self):
        etag = self.cluster.put("relayed", bytes(range(200)), expect=201).header("ETag")
        part = self.cluster.request("GET", "/relayed?relay", headers={"Range": "bytes=10-19"})
        self.assertEqual((part.status, part.body), (206, bytes(range(10, 20))))
        self.assertStatus(self.cluster.request("GET", "/relayed?relay", headers={"If-None-Match": etag}), 304)
        self.assertStatus(self.cluster.request("GET", "/relayed?relay", headers={"If-Match": '"x"'}), 412)

    def test_location(self):
        put = self.assertStatus(self.cluster.request("PUT", "/location?location"), 200).json()
        self.assertEqual(put["method"], "PUT")
        self.assertIn("expires", put)
        where = urllib.parse.urlsplit(put["url"])
        stored = client.request(where.port, "PUT", f"{where.path}?{where.query}", b"there")
        self.assertStatus(stored, 201)
        get = self.assertStatus(self.cluster.request("GET", "/location?location"), 200).json()
        self.assertEqual(get["method"], "GET")
        where = urllib.parse.urlsplit(get["url"])
        self.assertEqual(client.request(where.port, "GET", f"{where.path}?{where.query}").body, b"there")

    def test_keep_alive_over_many_requests(self):
        with client.Session() as session:
            for number in range(50):
                answer = session.request(self.cluster.port, "PUT", f"/alive/{number}", b"x" * number)
                self.assertStatus(answer, 201)
            self.assertEqual(len(session.connections), 1)

    def test_pipelined_requests_are_answered_in_order(self):
        self.cluster.put("pipe", b"1", expect=201)
        one = b"GET /pipe HTTP/1.1\r\nHost: x\r\n\r\n"
        none = b"GET /none HTTP/1.1\r\nHost: x\r\n\r\n"
        last = b"GET /pipe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
        received = client.raw(self.cluster.port, one + none + one + last)
        self.assertEqual(client.statuses(received), [307, 404, 307, 307])


class Listing(ClusterCase):
    KEYS = [b"a", b"a/1", b"a/2", b"a/b/c", b"ab", b"b", b"b\xff", b"b\xff\xff", b"c d", "é".encode()]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for key in cls.KEYS:
            cls.cluster.put(key, b"", expect=201)
        cls.cluster.put("hidden/1", b"", expect=201)
        cls.cluster.put("hidden/2", b"", expect=201)
        cls.cluster.request("POST", "/hidden/2?unlink")

    def listed(self, target):
        answer = self.assertStatus(self.cluster.request("GET", target), 200)
        self.assertEqual(answer.header("Content-Type"), "application/json")
        return answer.json()

    def paths(self, prefix):
        return [client.path_of(key) for key in self.KEYS if key.startswith(prefix)]

    def test_by_prefix_in_byte_order(self):
        for prefix in (b"", b"a", b"a/", b"a/b/c", b"b\xff", b"none", "é".encode()):
            with self.subTest(prefix=prefix):
                found = self.listed(client.path_of(prefix) + "?list")
                expected = self.paths(prefix)
                if not prefix:
                    expected.insert(expected.index("/%C3%A9"), "/hidden/1")
                self.assertEqual([key.upper() for key in found["keys"]], [key.upper() for key in expected])
                self.assertEqual(found["next"], "")

    def test_pages(self):
        for limit in (1, 2, 3, 100):
            seen = []
            start = ""
            for _ in range(20):
                page = self.listed(f"/?list&limit={limit}" + (f"&start={urllib.parse.quote(start)}" if start else ""))
                self.assertLessEqual(len(page["keys"]), limit)
                seen += page["keys"]
                start = page["next"]
                if not start:
                    break
            self.assertEqual(seen, self.listed("/?list")["keys"])

    def test_start_is_inclusive_and_confined_to_the_prefix(self):
        self.assertEqual(self.listed("/a/?list&start=/a/2")["keys"], ["/a/2", "/a/b/c"])
        self.assertEqual(self.listed("/a/?list&start=/a/11")["keys"], ["/a/2", "/a/b/c"])
        self.assertEqual(self.listed("/a/?list&start=/")["keys"], ["/a/1", "/a/2", "/a/b/c"])
        self.assertEqual(self.listed("/a/?list&start=/b")["keys"], [])

    def test_unlinked(self):
        self.assertEqual(self.listed("/?unlinked")["keys"], ["/hidden/2"])
        self.assertEqual(self.listed("/hidden/?list")["keys"], ["/hidden/1"])

    def test_refusals(self):
        for target in ("/?list&limit=x", "/?list&limit=-1", "/?list&start=%zz", "/?list&list", "/?list&colour=1"):
            with self.subTest(target=target):
                self.assertStatus(self.cluster.request("GET", target), 400)

    def test_deleted_keys_are_not_listed(self):
        self.cluster.put("gone/1", b"", expect=201)
        self.cluster.request("DELETE", "/gone/1")
        self.assertEqual(self.listed("/gone/?list")["keys"], [])


class Unlinking(ClusterCase):
    def test_unlink_hides_and_restore_shows(self):
        for verb, target in (("UNLINK", "/u1"), ("POST", "/u2?unlink")):
            key = target[1:3]
            self.cluster.put(key, b"kept", expect=201)
            self.assertStatus(self.cluster.request(verb, target), 204)
            self.assertRefused(self.cluster.request("GET", f"/{key}"), 404, "not_found", f"/{key}")
            self.assertStatus(self.cluster.request(verb, target), 404)
            self.assertStatus(self.cluster.request("POST", f"/{key}?restore"), 204)
            self.assertEqual(self.cluster.get(key).body, b"kept")
            self.assertStatus(self.cluster.request("POST", f"/{key}?restore"), 404)

    def test_unlinked_keys_can_be_written_and_deleted(self):
        self.cluster.put("again", b"1", expect=201)
        self.cluster.request("UNLINK", "/again")
        self.assertStatus(self.cluster.put("again", b"2"), 201)
        self.assertEqual(self.cluster.get("again").body, b"2")
        self.cluster.request("UNLINK", "/again")
        self.assertStatus(self.cluster.request("DELETE", "/again"), 204)
        self.assertStatus(self.cluster.request("POST", "/again?restore"), 404)
        for verb, target in (("UNLINK", "/never"), ("POST", "/never?unlink"), ("POST", "/never?restore")):
            self.assertStatus(self.cluster.request(verb, target), 404)
        audit.check(self.cluster)

    def test_rebalance_of_what_is_placed_as_wanted(self):
        self.cluster.put("placed", b"1", expect=201)
        self.assertStatus(self.cluster.request("POST", "/placed?rebalance"), 204)
        self.assertStatus(self.cluster.request("REBALANCE", "/placed"), 204)
        self.assertStatus(self.cluster.request("POST", "/absent?rebalance"), 404)


class Refusals(ClusterCase):
    def test_keys(self):
        rows = [
            ("/", 400, "key_empty"), ("/-/x", 404, None), ("/%2D/x", 400, "key_reserved"),
            ("/" + "x" * 1025, 414, "key_too_long"), ("/a%zz", 400, "key_malformed"), ("/a%2", 400, "key_malformed"),
        ]
        for target, status, code in rows:
            for method in ("GET", "PUT", "DELETE"):
                with self.subTest(target=target[:20], method=method):
                    answer = self.cluster.request(method, target, b"x" if method == "PUT" else None)
                    if code:
                        self.assertRefused(answer, status, code)
                    else:
                        self.assertIn(answer.status, (400, 404, 405), repr(answer))

    def test_requests(self):
        rows = [
            ("PUT", "/k", None, {}, 411, "length_required"),
            ("PATCH", "/k", b"x", {}, 405, "method_not_allowed"),
            ("POST", "/k", b"x", {}, 405, "method_not_allowed"),
            ("GET", "/k?colour=blue", None, {}, 400, "query_invalid"),
            ("GET", "/k?relay&redirect", None, {}, 400, "query_invalid"),
            ("PUT", "/k", b"x", {"Smol-Meta-A": "x" * 2100}, None, "meta_too_large"),
            ("PUT", "/k", b"x", {"Content-Type": "x" * 300}, None, "meta_too_large"),
            ("GET", "/" + "k" * 9000, None, {}, 414, "target_too_long"),
            ("GET", "/k", None, {"X": "y" * 20000}, 431, "headers_too_large"),
            ("GET", "/k", None, {f"X-{number}": "y" for number in range(70)}, 431, "too_many_headers"),
        ]
        for method, target, body, headers, status, code in rows:
            with self.subTest(method=method, target=target[:20], code=code):
                answer = self.cluster.request(method, target, body, headers, follow=True)
                self.assertRefused(answer, status or answer.status, code)
                self.assertLess(answer.status, 500)
                self.assertStatus(self.cluster.request("GET", "/k"), 404)

    def test_a_body_cut_short_leaves_nothing(self):
        for head in (b"Content-Length: 1000\r\n\r\n" + b"x" * 10, b"Transfer-Encoding: chunked\r\n\r\n64\r\nxx"):
            data = b"PUT /cut HTTP/1.1\r\nHost: x\r\n" + head
            client.raw(self.cluster.port, data, half_close=True)
            where = urllib.parse.urlsplit(self.cluster.request("PUT", "/cut?location").json()["url"])
            data = f"PUT {where.path}?{where.query} HTTP/1.1\r\nHost: x\r\n".encode() + head
            client.raw(where.port, data, half_close=True)
        self.assertStatus(self.cluster.request("GET", "/cut"), 404)
        audit.check(self.cluster)


class Pages(ClusterCase):
    def test_health_ready_and_status(self):
        for port in (self.cluster.port, self.cluster.volumes[0].port):
            for page in ("/-/health", "/-/ready"):
                self.assertStatus(client.request(port, "GET", page), 200)
            self.assertIsInstance(client.request(port, "GET", "/-/status").json(), dict)
        status = self.cluster.status()
        self.assertEqual(len(status["volumes"]), 3)
        for volume in status["volumes"]:
            self.assertEqual(volume["state"], "up")
            self.assertGreater(volume["capacity"], volume["free"])

    def test_stat(self):
        self.cluster.put("stat me", b"12345", expect=201)
        answer = self.assertStatus(self.cluster.stat("stat me"), 200).json()
        self.assertEqual(answer["key"], "/stat%20me")
        self.assertEqual((answer["state"], answer["size"]), ("live", 5))
        self.assertEqual(answer["md5"], client.md5(b"12345"))
        self.assertEqual(len(answer["replicas"]), 3)
        for replica in answer["replicas"]:
            where = urllib.parse.urlsplit(replica["url"])
            self.assertEqual(client.request(where.port, "GET", f"{where.path}?{where.query}").body, b"12345")
        self.assertStatus(self.cluster.stat("none"), 404)

    def test_the_index_is_readable_with_rocksdbs_own_tool(self):
        self.cluster.put("k1", b"12345", expect=201)
        done = subprocess.run(
            ["ldb", f"--db={self.cluster.db}", "get", "k1"], capture_output=True, text=True, check=True
        )
        self.assertRegex(done.stdout, r"^v1 live gen=\d+ .*size=5 .*xxh3=[0-9a-f]{32} .*on=vol-\S+,vol-\S+,vol-\S+\n")

    def test_a_list_of_nothing_is_json_too(self):
        answer = self.cluster.request("GET", "/nothing/here/?list")
        self.assertEqual(json.loads(answer.body), {"keys": [], "next": ""})


if __name__ == "__main__":
    main()
