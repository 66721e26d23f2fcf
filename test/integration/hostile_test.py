"""The corpus of hostile requests (test/hostile), byte by byte: each has its expected refusal at a master and
at a volume, whole and cut into segments; where two readers could disagree the connection ends; what follows
is never mixed with it. Where nginx is installed it gets the same bytes, and smol may be laxer only for a
reason.

    SMOL_BIN=build/dev/bin /usr/bin/python3 test/integration/hostile_test.py [Hostile.test_whole]

Exit codes: 0 all as expected, 1 not, 77 skipped."""

import concurrent.futures
import os
import select
import shutil
import socket
import subprocess
import tempfile
import unittest
import urllib.parse
import zlib

from support import audit, client, vectors
from support.case import ClusterCase, main
from support.processes import free_port, wait_until

TIMEOUT_SECONDS = 40.0
AT_ONCE = 8
VECTORS_MIN = 250
BYTEWISE_EVERY = 6  # one of so many is sent byte by byte
BYTEWISE_BYTES_MAX = 1500
HONEST = b"GET /-/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
HIDDEN = b"DELETE /precious HTTP/1.1\r\nHost: x\r\n\r\n"

# Refusals of a message, as opposed to those of a request that was understood.
MESSAGE_REFUSALS = (400, 413, 414, 417, 431, 494, 501, 505)


class Unfinished(Exception):
    """The server neither ended the connection nor answered in time."""


def exchange(port, pieces, half_close=False):
    """Sends the pieces as segments of their own and reads until the server ends the connection."""
    received = b""
    with socket.create_connection(("127.0.0.1", port), timeout=TIMEOUT_SECONDS) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            for number, piece in enumerate(pieces):
                # An early answer does not stop us; waiting for one lets the server read this far.
                if number > 0:
                    select.select([connection], [], [], 0.0005)
                connection.sendall(piece)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        try:
            while piece := connection.recv(65536):
                received += piece
        except socket.timeout:
            raise Unfinished(f"the connection stays open after {received!r}") from None
        except ConnectionResetError:
            pass
    return received


def cuts(vector, data):
    """Three places to cut at: anywhere, anywhere in the last 40 bytes, and before the last byte."""
    chance = zlib.crc32(vector.name.encode())
    places = {chance % len(data), max(0, len(data) - 1 - chance % 40), len(data) - 1}
    return sorted(place for place in places if place > 0)


def pieces(vector, target, cut):
    """The request and what follows it, as one segment or as several."""
    data = vector.bytes(target)
    follower = b"" if vector.is_half else HONEST if vector.is_open else HIDDEN
    if cut == "bytes":
        return [data[at : at + 1] for at in range(len(data))] + [follower]
    places = cuts(vector, data)
    if cut is None or not places:
        return [data + follower]
    place = places[cut % len(places)]
    return [data[:place], data[place:], follower]


def send(place, vector, cut=None):
    """`place`: port and target of a PUT that the server would take."""
    port, target = place
    received = exchange(port, pieces(vector, target, cut), vector.is_half)
    return vectors.answers(received, vector.is_for_head())


def fault(vector, door, found):
    """What is wrong with the answers, or None."""
    wanted = vector.expected[door]
    if not wanted.status:
        return f"answered by {found[0]}, wanted no answer" if found else None
    if not found:
        return f"no answer, wanted {wanted}"
    code = found[0].code if not vector.is_for_head() else wanted.code
    if not wanted.fits(found[0].status, code):
        return f"answered by {found[0]}, wanted {wanted}"
    followers = [one.status for one in found[1:]]
    if followers != ([200] if vector.is_open else []):
        return f"after {found[0]} came {followers}"
    says_close = found[0].fields.get(b"connection") == b"close"
    if says_close == vector.is_open:
        return "what it says about the connection is not what it does"
    return None


class Hostile(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.put("precious", b"1", expect=201)
        cls.corpus = vectors.read_all()

    def place(self, door):
        if door == "master":
            return self.cluster.port, "/k"
        answer = self.cluster.request("PUT", "/k?location")
        if answer.status != 200:
            raise ValueError(f"no ticket, because a request before was believed: {answer}")
        where = urllib.parse.urlsplit(answer.json()["url"])
        return where.port, f"{where.path}?{where.query}"

    def try_one(self, vector, door, cut):
        try:
            wrong = fault(vector, door, send(self.place(door), vector, cut))
        except (ValueError, Unfinished) as failure:
            wrong = str(failure)
        how = "whole" if cut is None else f"cut {cut}"
        return wrong and f"{vector.where}: {vector.name} ({door}, {how}): {wrong}"

    def hold(self, some, cut=None):
        """All of `some` at both doors, several at once."""
        jobs = [(one, door, cut) for one in some for door in ("master", "volume")]
        with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
            wrong = [line for line in pool.map(lambda job: self.try_one(*job), jobs) if line]
        self.assertFalse(wrong, "\n" + "\n".join(wrong))

    def test_corpus(self):
        self.assertGreaterEqual(len(self.corpus), VECTORS_MIN)
        names = [(one.where.split(":")[0], one.name) for one in self.corpus]
        self.assertEqual(len(names), len(set(names)), "a name twice in a file")

    def test_whole(self):
        self.hold(self.corpus)

    def test_in_segments(self):
        for cut in range(3):
            self.hold(self.corpus, cut)

    def test_byte_by_byte(self):
        short = [one for one in self.corpus if len(one.bytes("/k")) <= BYTEWISE_BYTES_MAX]
        self.hold(short[::BYTEWISE_EVERY], "bytes")

    def test_internal_calls_are_not_reached_through_a_body(self):
        hidden = b"POST /-/commit HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}"
        data = b"PUT /-x HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\nConnection: close\r\n\r\n" % len(hidden)
        self.assertEqual(client.statuses(client.raw(self.cluster.port, data + hidden)), [201])

    @classmethod
    def tearDownClass(cls):
        try:
            if not cls.any_failed:
                assert cls.cluster.get("precious").body == b"1"
                assert cls.cluster.get("k").status == 404
                assert {b"precious"} <= set(audit.check(cls.cluster)) <= {b"-x", b"precious"}
        finally:
            super().tearDownClass()


NGINX_CONFIGURATION = """
daemon off; master_process off; worker_processes 1; pid {directory}/pid; error_log {directory}/error.log crit;
events {{ worker_connections 256; }}
http {{
    access_log off; root {directory}/root; client_max_body_size 0;
    client_body_temp_path {directory}/a; proxy_temp_path {directory}/b; fastcgi_temp_path {directory}/c;
    uwsgi_temp_path {directory}/d; scgi_temp_path {directory}/e;
    server {{ listen 127.0.0.1:{port}; location / {{ dav_methods PUT DELETE; }} }}
}}
"""


def is_refused(status):
    """The message itself, as opposed to what it asks for."""
    return status == 0 or status in MESSAGE_REFUSALS


@unittest.skipUnless(shutil.which("nginx"), "nginx is not installed")
class BesideNginx(unittest.TestCase):
    """What nginx makes of the same bytes."""

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix="smol-nginx-", dir=os.environ.get("SMOL_TMP"))
        self.addCleanup(shutil.rmtree, self.directory)
        os.mkdir(f"{self.directory}/root")
        self.port = free_port()
        with open(f"{self.directory}/nginx.conf", "w", encoding="ascii") as file:
            file.write(NGINX_CONFIGURATION.format(directory=self.directory, port=self.port))
        self.process = subprocess.Popen(
            ["nginx", "-p", self.directory, "-c", f"{self.directory}/nginx.conf"], stderr=subprocess.DEVNULL
        )
        self.addCleanup(self.end)
        wait_until(self.answers, "nginx answers")

    def end(self):
        self.process.terminate()
        self.process.wait()

    def answers(self):
        try:
            return client.request(self.port, "GET", "/").status
        except OSError:
            return False

    def status(self, vector):
        """Of the answer to the first request; 0 without one. nginx may wait for more: half-closed."""
        data = vector.bytes("/k")
        found = client.statuses(client.raw(self.port, data, timeout=5.0, half_close=True))
        return found[0] if found else 0

    def test_differences(self):
        rows, wrong = [], []
        for one in vectors.read_all():
            ours, theirs = one.expected["master"], self.status(one)
            if is_refused(ours.status) == is_refused(theirs):
                is_laxer = False
            else:
                is_laxer = is_refused(theirs)
                rows.append((one.where, one.name, str(ours), theirs or "closed", one.laxer or "stricter"))
            if is_laxer and not one.laxer:
                wrong.append(f"{one.where}: {one.name}: {ours}, but nginx {theirs}: give a reason (laxer: ...)")
            if one.laxer and not is_laxer:
                wrong.append(f"{one.where}: {one.name}: {ours}, nginx {theirs}: not laxer, so no reason is due")
        print(f"\n{len(rows)} differences (where, request, smol, nginx, smol is):")
        for row in rows:
            print("  " + " | ".join(str(cell) for cell in row))
        self.assertFalse(wrong, "\n" + "\n".join(wrong))


if __name__ == "__main__":
    main()
