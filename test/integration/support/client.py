"""A plain HTTP client that does exactly what it is told, and raw sockets for what no client would do."""

import hashlib
import http.client
import json
import re
import socket
import urllib.parse


class Response:
    def __init__(self, status, headers, body):
        self.status = status
        self.headers = headers  # http.client.HTTPMessage: case does not matter
        self.body = body

    def json(self):
        return json.loads(self.body)

    def header(self, name):
        return self.headers.get(name)

    def __repr__(self):
        return f"<{self.status} {dict(self.headers)} {self.body[:300]!r}>"


class Session:
    """Requests over connections that are kept, one an address. Not thread-safe."""

    def __init__(self, timeout=60.0):
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

    def request(self, port, method, target, body=None, headers=None, follow=False, host="127.0.0.1", sink=None):
        """One request. `body`: bytes, a file, or an iterable of bytes (sent chunked). `follow`: goes where
        a 307 leads, with the same method and body. `sink`: called with each piece of a 2xx body instead
        of collecting it."""
        for _ in range(4):
            response = self._once(host, port, method, target, body, headers or {}, sink)
            if not (follow and response.status == 307):
                return response
            where = urllib.parse.urlsplit(response.header("Location"))
            host, port = where.hostname, where.port
            target = where.path + (f"?{where.query}" if where.query else "")
            if hasattr(body, "seek"):
                body.seek(0)
        raise AssertionError("redirected in a circle")

    def _once(self, host, port, method, target, body, headers, sink):
        address = (host, port)
        connection = self.connections.pop(address, None)
        if connection is not None and not _is_idle(connection.sock):
            connection.close()
            connection = None
        if connection is None:
            connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        try:
            chunked = body is not None and not isinstance(body, bytes) and "Content-Length" not in headers
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name, value)
            if chunked:
                connection.putheader("Transfer-Encoding", "chunked")
            elif isinstance(body, bytes) and "Content-Length" not in headers:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders()
            try:
                if isinstance(body, bytes):
                    connection.send(body)
                elif body is not None:
                    for piece in _pieces(body):
                        connection.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
                    if chunked:
                        connection.send(b"0\r\n\r\n")
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused midway: the answer may be there to read
            answer = connection.getresponse()
            if sink is not None and answer.status in (200, 206):
                while piece := answer.read(1 << 20):
                    sink(piece)
                content = b""
            else:
                content = answer.read()
            if answer.will_close:
                connection.close()
            else:
                self.connections[address] = connection
            return Response(answer.status, answer.headers, content)
        except BaseException:
            connection.close()
            raise


def _pieces(body):
    if hasattr(body, "read"):
        return iter(lambda: body.read(1 << 20), b"")
    return (piece for piece in body if piece)


def _is_idle(sock):
    """True if a kept connection is still good: nothing has arrived, not even its end."""
    if sock is None:
        return False
    sock.setblocking(False)
    try:
        return sock.recv(1, socket.MSG_PEEK) is None
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        sock.settimeout(60.0)


def request(port, method, target, body=None, headers=None, follow=False, **more):
    """One request on a connection of its own."""
    with Session() as session:
        return session.request(port, method, target, body, headers, follow, **more)


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


def statuses(received):
    """Status codes of the responses in what a raw socket gave; bodies must not look like status lines."""
    return [int(code) for code in re.findall(rb"^HTTP/1\.[01] (\d{3}) ", received, re.MULTILINE)]


def md5(data):
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def path_of(key):
    """The request path of a key (bytes or text)."""
    return "/" + urllib.parse.quote(key, safe="/")
