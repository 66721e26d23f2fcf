"""Requests that two parsers could read differently are refused, and nothing after them is answered."""

import urllib.parse

from support import audit, client
from support.case import ClusterCase, main

# What a smuggler would hide in a body.
HIDDEN = b"DELETE /precious HTTP/1.1\r\nHost: x\r\n\r\n"

HEADS = {
    "length and chunked": b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
    "chunked and length": b"Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
    "two lengths": b"Content-Length: 4\r\nContent-Length: 0\r\n",
    "two equal lengths": b"Content-Length: 0\r\nContent-Length: 0\r\n",
    "a list of lengths": b"Content-Length: 0, 0\r\n",
    "length with a plus": b"Content-Length: +0\r\n",
    "length with a minus": b"Content-Length: -1\r\n",
    "length in hexadecimal": b"Content-Length: 0x0\r\n",
    "length with a blank inside": b"Content-Length: 0 0\r\n",
    "length beyond 64 bits": b"Content-Length: 18446744073709551616\r\n",
    "an empty length": b"Content-Length: \r\n",
    "a blank before the colon": b"Content-Length : 0\r\n",
    "a blank before chunked's colon": b"Transfer-Encoding : chunked\r\n",
    "chunked, identity": b"Transfer-Encoding: chunked, identity\r\n",
    "identity, chunked": b"Transfer-Encoding: identity, chunked\r\n",
    "gzip, chunked": b"Transfer-Encoding: gzip, chunked\r\n",
    "xchunked": b"Transfer-Encoding: xchunked\r\n",
    "chunked twice": b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
    "chunked, chunked": b"Transfer-Encoding: chunked, chunked\r\n",
    "chunked in quotes": b'Transfer-Encoding: "chunked"\r\n',
    "chunked after a vertical tab": b"Transfer-Encoding: \x0bchunked\r\n",
    "a folded header": b"X: a\r\n b\r\nContent-Length: 0\r\n",
    "a bare CR": b"X: a\rContent-Length: 0\r\n",
    "a bare LF": b"X: a\nContent-Length: 0\r\n",
    "a NUL in a value": b"X: a\x00b\r\nContent-Length: 0\r\n",
    "a NUL in a name": b"X\x00: a\r\nContent-Length: 0\r\n",
    "a blank in a name": b"X Y: a\r\nContent-Length: 0\r\n",
    "no name": b": a\r\nContent-Length: 0\r\n",
    "no colon": b"nonsense\r\nContent-Length: 0\r\n",
    "a second Host": b"Host: y\r\nContent-Length: 0\r\n",
    "an unknown expectation": b"Expect: 200-ok\r\nContent-Length: 0\r\n",
}

STARTS = {
    "no Host": b"PUT /k HTTP/1.1\r\nContent-Length: 0\r\n\r\n",
    "another authority": b"PUT http://other/k HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "chunked on HTTP/1.0": b"PUT /k HTTP/1.0\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "HTTP/2.0": b"PUT /k HTTP/2.0\r\nHost: x\r\n\r\n",
    "HTTP/1.1 in lower case": b"PUT /k http/1.1\r\nHost: x\r\n\r\n",
    "no version": b"PUT /k\r\nHost: x\r\n\r\n",
    "two blanks": b"PUT  /k HTTP/1.1\r\nHost: x\r\n\r\n",
    "a tab": b"PUT\t/k HTTP/1.1\r\nHost: x\r\n\r\n",
    "a blank in the target": b"PUT /k k HTTP/1.1\r\nHost: x\r\n\r\n",
    "a fragment": b"PUT /k#f HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "a raw byte": b"PUT /\xff HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "a raw control byte": b"PUT /\x01 HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "no slash": b"PUT k HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "an asterisk": b"PUT * HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "a method that is no token": b"P(T /k HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n",
    "LF alone ends lines": b"PUT /k HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 64 + b"\r\n\r\n",
    "noise": bytes(range(128, 256)) + b"\r\n\r\n",
}

CHUNKS = {
    "0x": b"0x1\r\na\r\n0\r\n\r\n",
    "a plus": b"+1\r\na\r\n0\r\n\r\n",
    "a minus": b"-1\r\na\r\n0\r\n\r\n",
    "17 digits": b"00000000000000001\r\na\r\n0\r\n\r\n",
    "overflow": b"fffffffffffffffff\r\na\r\n0\r\n\r\n",
    "no digits": b"\r\na\r\n0\r\n\r\n",
    "a blank before": b" 1\r\na\r\n0\r\n\r\n",
    "LF alone": b"1\na\r\n0\r\n\r\n",
    "data beyond its size": b"1\r\nab\r\n0\r\n\r\n",
    "LF alone after data": b"1\r\na\n0\r\n\r\n",
    "a long extension": b"1;" + b"x" * 5000 + b"\r\na\r\n0\r\n\r\n",
    "a trailer that is no header": b"0\r\nnonsense\r\n\r\n",
    "long trailers": b"0\r\n" + b"A: " + b"x" * 9000 + b"\r\n\r\n",
}


class Smuggling(ClusterCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.cluster.put("precious", b"1", expect=201)

    def doors(self):
        """Name, port and target of a PUT at the master and at a volume with a good ticket."""
        answer = self.cluster.request("PUT", "/k?location")
        where = urllib.parse.urlsplit(answer.json()["url"])
        yield "master", self.cluster.port, b"/k"
        yield "volume", where.port, f"{where.path}?{where.query}".encode()

    def assertRefusedAndClosed(self, port, data, low=400):
        received = client.raw(port, data + HIDDEN)
        found = client.statuses(received)
        self.assertLessEqual(len(found), 1, received)
        for status in found:
            self.assertTrue(low <= status < 500 or status in (501, 505), received)

    def test_heads(self):
        for what, lines in HEADS.items():
            for door, port, target in self.doors():
                with self.subTest(what=what, door=door):
                    data = b"PUT " + target + b" HTTP/1.1\r\nHost: x\r\n" + lines + b"\r\n"
                    self.assertRefusedAndClosed(port, data)

    def test_request_lines(self):
        for what, data in STARTS.items():
            for door, port, target in self.doors():
                with self.subTest(what=what, door=door):
                    self.assertRefusedAndClosed(port, data.replace(b"/k", target))

    def test_chunks(self):
        for what, body in CHUNKS.items():
            for door, port, target in self.doors():
                with self.subTest(what=what, door=door):
                    data = b"PUT " + target + b" HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body
                    self.assertRefusedAndClosed(port, data)

    def test_a_body_of_a_get_is_not_a_request(self):
        for door, port, _ in self.doors():
            data = b"GET /precious HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % len(HIDDEN)
            received = client.raw(port, data + HIDDEN, timeout=2)
            self.assertEqual(len(client.statuses(received)), 1, (door, received))

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
                assert list(audit.check(cls.cluster)) == [b"-x", b"precious"]
        finally:
            super().tearDownClass()


if __name__ == "__main__":
    main()
