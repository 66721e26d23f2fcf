"""A plain HTTP client that does exactly what it is told, and raw sockets for what no client would do."""

import hashlib
import json
import os
import re
import socket
import subprocess
import urllib.parse

from support.connection import PIECE_BYTES, Connection

TIMEOUT_SECONDS = 60.0


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # connection.Headers: case does not matter
        self.body = body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return self.headers.get(name)

    @property
    def code(self):
        """The reason that a refusal gives, or ""."""
        if self.header("Content-Type") != "application/json":
            return ""
        return self.json().get("code", "")

    def __repr__(self):
        return f"<{self.status} {dict(self.headers.items())} {self.body[:300]!r}>"


class Session:
    """Requests over connections that are kept, one an address. Not thread-safe."""

    def __init__(self, timeout=TIMEOUT_SECONDS):
        self.timeout = timeout
        self.connections = {}

    def close(self):
        for connection in self.connections.values():
            connection.close()
        self.connections.clear()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def request(
        self, port, method, target, body=None, headers=None, follow=False, host="127.0.0.1", sink=None
    ):
        """One request. `body`: bytes, a file, or an iterable of bytes (sent chunked; files too unless
        Content-Length is given). `follow`: goes where a 307 leads, with the same method and body.
        `sink`: called with each piece of a 2xx body instead of collecting it."""
        for _ in range(4):
            response = self._once(host, port, method, target, body, headers or {}, sink)
            if not (follow and response.status == 307):
                return response
            host, port, target = split(response.header("Location"))
            if hasattr(body, "seek"):
                body.seek(0)
        raise AssertionError("redirected in a circle")

    def _once(self, host, port, method, target, body, headers, sink):
        connection = self._take(host, port)
        try:
            try:
                _send(connection, method, target, body, headers)
            except (BrokenPipeError, ConnectionResetError):
                connection.reusable = False  # refused midway: the answer may be there to read
            status, given = connection.read_head()
            while status == 100:
                status, given = connection.read_head()
            content = []
            take = sink if sink is not None and status in (200, 206) else content.append
            for piece in connection.read_body(method, status, given):
                take(piece)
        except BaseException:
            connection.close()
            raise
        if connection.reusable:
            self.connections[host, port] = connection
        else:
            connection.close()
        return Response(status, given, b"".join(content))

    def _take(self, host, port):
        connection = self.connections.pop((host, port), None)
        if connection is not None and not connection.is_idle():
            connection.close()
            connection = None
        return connection or Connection(host, port, self.timeout)


def _send(connection, method, target, body, headers):
    counted = any(name.lower() == "content-length" for name in headers)
    if isinstance(body, bytes) and not counted:
        headers = {**headers, "Content-Length": len(body)}
    elif body is not None and not counted:
        headers = {**headers, "Transfer-Encoding": "chunked"}
    connection.send_head(method, target, headers)
    if isinstance(body, bytes):
        connection.send(body)
    elif hasattr(body, "fileno") and counted:
        connection.socket.sendfile(body)
    elif body is not None:
        for piece in _pieces(body):
            if counted:
                connection.send(piece)
            else:
                connection.send_chunk(piece)
        if not counted:
            connection.send_chunk(b"")


def _pieces(body):
    if hasattr(body, "read"):
        return iter(lambda: body.read(PIECE_BYTES), b"")
    return (piece for piece in body if piece)


def split(url):
    """(host, port, target) of a URL."""
    where = urllib.parse.urlsplit(url)
    return where.hostname, where.port, where.path + (f"?{where.query}" if where.query else "")


def request(port, method, target, body=None, headers=None, follow=False, timeout=TIMEOUT_SECONDS, **more):
    """One request on a connection of its own."""
    with Session(timeout) as session:
        return session.request(port, method, target, body, headers, follow, **more)


def put_by_expect(port, target, body, headers=None, timeout=TIMEOUT_SECONDS):
    """PUT as curl does it for large bodies: offers the body by Expect, is redirected, and sends it to the
    volume alone. `body`: bytes, a file, or an iterable of bytes (sent chunked). A refusal of the offer is
    returned as it is."""
    headers = dict(headers or {})
    if isinstance(body, bytes):
        headers["Content-Length"] = len(body)
    elif hasattr(body, "fileno"):
        headers["Content-Length"] = os.fstat(body.fileno()).st_size
    offer = {**headers, "Expect": "100-continue"}
    if "Content-Length" not in headers:
        offer["Transfer-Encoding"] = "chunked"
    with Connection("127.0.0.1", port, timeout) as connection:
        connection.send_head("PUT", target, offer)
        status, given = connection.read_head()
        content = b"".join(connection.read_body("PUT", status, given))
    if status != 307:
        return Response(status, given, content)
    host, port, target = split(given["Location"])
    return request(port, "PUT", target, body, headers, timeout=timeout, host=host)


def raw(port, data, host="127.0.0.1", timeout=15.0, half_close=False):
    """Sends bytes as they are and reads until the server closes or `timeout` passes without a byte."""
    with socket.create_connection((host, port), timeout=timeout) as connection:
        try:
            connection.sendall(data)
            if half_close:
                connection.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, ConnectionResetError):
            pass
        received = b""
        try:
            while piece := connection.recv(65536):
                received += piece
        except (socket.timeout, ConnectionResetError):
            pass
        return received


def curl(*arguments, stdin=None, timeout=300.0):
    """Runs curl -sS without proxies; its output. Fails the test if curl does."""
    done = subprocess.run(
        ["curl", "-sS", "--noproxy", "*", *[str(argument) for argument in arguments]],
        input=stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
    if done.returncode != 0:
        raise AssertionError(f"curl {arguments}: exit code {done.returncode} {done.stderr.decode()}")
    return done.stdout


def statuses(received):
    """Status codes of the responses in what a raw socket gave; bodies must not look like status lines."""
    return [int(code) for code in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", received, re.MULTILINE)]


def md5(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def path_of(key):
    """The request path of a key (bytes or text)."""
    return "/" + urllib.parse.quote(key, safe="/")
