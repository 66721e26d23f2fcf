"""A small HTTP client that does just what a test says: no retries, no hidden headers, redirects that
keep method and body. Keys go onto the wire as given: quote them with `quote`."""

import dataclasses
import json
import os
import socket
import subprocess
import urllib.parse

TIMEOUT_SECONDS = 30.0
_PIECE = 256 * 1024


def quote(key):
    """Path of a key (str or bytes) below "/"; slashes stay."""
    return urllib.parse.quote(key, safe="/~")


def split(url):
    """(host, port, target) of a URL."""
    parts = urllib.parse.urlsplit(url)
    target = url.split("//", 1)[1]
    target = "/" + target.split("/", 1)[1] if "/" in target else "/"
    return parts.hostname, parts.port or 80, target


@dataclasses.dataclass
class Answer:
    status: int
    headers: dict  # lower-case name -> value; of doubled ones the last
    body: bytes
    url: str = ""

    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        """The reason in the body of a refusal, or ""."""
        try:
            return self.json().get("code", "")
        except (ValueError, AttributeError):
            return ""

    def __str__(self):
        return f"{self.status} {dict(self.headers)} {self.body[:300]!r}"


class Broken(ConnectionError):
    """The connection ended, or said something that is not HTTP, before the answer was whole."""


class Connection:
    """One connection: raw bytes, or requests one after the other."""

    def __init__(self, host, port, timeout=TIMEOUT_SECONDS):
        self.host = host
        self.port = port
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.reusable = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    # Bytes.

    def send(self, data):
        self.socket.sendall(data)

    def _more(self):
        piece = self.socket.recv(_PIECE)
        if not piece:
            raise Broken(f"ended after {len(self.buffer)} bytes: {self.buffer[:200]!r}")
        self.buffer += piece

    def read_until(self, mark):
        while mark not in self.buffer:
            self._more()
        found, self.buffer = self.buffer.split(mark, 1)
        return found + mark

    def read_exactly(self, count):
        if count <= len(self.buffer):
            found, self.buffer = self.buffer[:count], self.buffer[count:]
            return found
        whole = bytearray(self.buffer)
        self.buffer = b""
        while len(whole) < count:
            piece = self.socket.recv(min(count - len(whole), 1 << 20))
            if not piece:
                raise Broken(f"ended after {len(whole)} of {count} bytes")
            whole += piece
        return bytes(whole)

    def read_to_end(self):
        """Everything until the other side closes."""
        pieces = [self.buffer]
        self.buffer = b""
        while piece := self.socket.recv(_PIECE):
            pieces.append(piece)
        return b"".join(pieces)

    # HTTP.

    def send_head(self, method, target, headers):
        lines = [f"{method} {target} HTTP/1.1"]
        if not any(name.lower() == "host" for name in headers):
            lines.append(f"Host: {self.host}:{self.port}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def send_chunk(self, data):
        self.send(b"%x\r\n%s\r\n" % (len(data), data))

    def send_last_chunk(self):
        self.send(b"0\r\n\r\n")

    def read_head(self):
        """(status, headers)."""
        head = self.read_until(b"\r\n\r\n").decode("latin-1")
        first, *lines = head[:-4].split("\r\n")
        parts = first.split(" ", 2)
        if len(parts) < 2 or not parts[0].startswith("HTTP/1.") or not parts[1].isdigit():
            raise Broken(f"not an answer: {first!r}")
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        return int(parts[1]), headers

    def body_pieces(self, headers):
        """The body after a head, piece by piece; Broken if it ends early."""
        if headers.get("transfer-encoding", "").lower() == "chunked":
            while size := int(self.read_until(b"\r\n").split(b";")[0], 16):
                yield self.read_exactly(size)
                self.read_exactly(2)
            while self.read_until(b"\r\n") != b"\r\n":
                pass
        elif "content-length" in headers:
            left = int(headers["content-length"])
            while left > 0:
                piece = self.read_exactly(min(left, 1 << 20))
                left -= len(piece)
                yield piece
        else:
            self.reusable = False
            yield self.read_to_end()

    def read_answer(self, method="GET", interim=False):
        """An answer with its whole body. Skips 100 Continue unless `interim`."""
        while True:
            status, headers = self.read_head()
            if status == 100 and not interim:
                continue
            if headers.get("connection", "").lower() == "close":
                self.reusable = False
            bodiless = method == "HEAD" or status in (204, 304) or status < 200
            body = b"" if bodiless else b"".join(self.body_pieces(headers))
            return Answer(status, headers, body)

    def request(self, method, target, body=None, headers=None):
        """Sends and reads. `body`: bytes, an open file (sent by sendfile), or an iterable of bytes
        (sent chunked). If the server answers and closes before the body is out, that answer counts."""
        headers = dict(headers or {})
        lower = {name.lower() for name in headers}
        if isinstance(body, (bytes, bytearray)):
            if "content-length" not in lower:
                headers["Content-Length"] = len(body)
        elif hasattr(body, "fileno"):
            headers["Content-Length"] = os.fstat(body.fileno()).st_size
        elif body is not None:
            headers["Transfer-Encoding"] = "chunked"
        try:
            self.send_head(method, target, headers)
            self._send_body(body)
        except (BrokenPipeError, ConnectionResetError):
            self.reusable = False
        return self.read_answer(method)

    def _send_body(self, body):
        if isinstance(body, (bytes, bytearray)):
            if body:
                self.send(body)
        elif hasattr(body, "fileno"):
            self.socket.sendfile(body, 0)
        elif body is not None:
            for piece in body:
                if piece:
                    self.send_chunk(piece)
            self.send_last_chunk()


def raw(port, data, timeout=TIMEOUT_SECONDS, host="127.0.0.1"):
    """Sends bytes on a new connection, half-closes, and returns all that comes back."""
    with Connection(host, port, timeout) as connection:
        connection.send(data)
        connection.socket.shutdown(socket.SHUT_WR)
        return connection.read_to_end()


def request(method, url, body=None, headers=None, timeout=TIMEOUT_SECONDS, follow=True, pool=None):
    """One request on a new connection, or on one of `pool`. Redirects are followed with method and
    body (bytes or file) unless `follow` is False."""
    for _ in range(5):
        host, port, target = split(url)
        own = pool if pool is not None else Pool()
        connection = own.take(host, port, timeout)
        try:
            answer = connection.request(method, target, body, headers)
        except BaseException:
            connection.close()
            raise
        own.give(connection)
        if pool is None:
            own.close()
        answer.url = url
        if not follow or answer.status not in (307, 308):
            return answer
        url = urllib.parse.urljoin(url, answer.headers["location"])
        headers = {n: v for n, v in (headers or {}).items() if n.lower() not in ("host", "expect")}
    raise AssertionError(f"redirects without end at {url}")


def ask_redirect(url, length, headers=None, timeout=TIMEOUT_SECONDS):
    """PUT that offers its body by `Expect: 100-continue` and sends nothing: 307, or a refusal."""
    headers = dict(headers or {}, Expect="100-continue")
    headers["Content-Length"] = length
    host, port, target = split(url)
    with Connection(host, port, timeout) as connection:
        connection.send_head("PUT", target, headers)
        return connection.read_answer("PUT", interim=True)


def put_redirected(url, body, headers=None, timeout=TIMEOUT_SECONDS):
    """PUT as curl does it for large bodies: Expect, 307, and the body goes to the volume alone."""
    length = len(body) if isinstance(body, (bytes, bytearray)) else os.fstat(body.fileno()).st_size
    answer = ask_redirect(url, length, headers, timeout)
    if answer.status != 307:
        return answer
    return request("PUT", answer.headers["location"], body, headers, timeout, follow=False)


class Pool:
    """Idle connections of one thread, by address. One that the server closed meanwhile is replaced."""

    def __init__(self):
        self.idle = {}

    def take(self, host, port, timeout=TIMEOUT_SECONDS):
        connection = self.idle.pop((host, port), None)
        if connection is not None:
            connection.socket.settimeout(0)
            try:
                connection.socket.recv(1, socket.MSG_PEEK)
            except BlockingIOError:
                connection.socket.settimeout(timeout)
                return connection
            except OSError:
                pass
            connection.close()
        return Connection(host, port, timeout)

    def give(self, connection):
        if connection.reusable and not connection.buffer:
            self.idle[connection.host, connection.port] = connection
        else:
            connection.close()

    def close(self):
        for connection in self.idle.values():
            connection.close()
        self.idle.clear()

    def request(self, method, url, body=None, headers=None, timeout=TIMEOUT_SECONDS, follow=True):
        return request(method, url, body, headers, timeout, follow, pool=self)


def curl(*arguments, stdin=None, timeout=300.0, check=False):
    """Runs curl -sS without proxies; subprocess.CompletedProcess with bytes."""
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", *[str(argument) for argument in arguments]],
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    if check:
        assert done.returncode == 0, f"curl {arguments}: {done.returncode} {done.stderr.decode()}"
    return done
