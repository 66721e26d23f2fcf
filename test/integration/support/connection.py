"""One connection, byte by byte or answer by answer: for tests that stop half-way, and quick enough to be
the client of a hundred thousand requests."""

import socket

PIECE_BYTES = 1 << 20


class Broken(ConnectionError):
    """The connection ended, or said what is not HTTP, before the answer was whole."""


class Headers:
    """Fields of an answer; names in any case."""

    def __init__(self, lines):
        self.fields = []
        for line in lines:
            name, colon, value = line.partition(":")
            if not colon:
                raise Broken(f"not a header: {line!r}")
            self.fields.append((name, value.strip()))

    def get(self, name, default=None):
        return next(iter(self.get_all(name)), default)

    def get_all(self, name):
        return [value for known, value in self.fields if known.lower() == name.lower()]

    def items(self):
        return self.fields

    def __contains__(self, name):
        return self.get(name) is not None

    def __getitem__(self, name):
        return self.get_all(name)[0]

    def keys(self):
        return [name for name, _ in self.fields]


class Connection:
    def __init__(self, host, port, timeout):
        self.host = host
        self.port = port
        self.socket = socket.create_connection((host, port), timeout=timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.reusable = True  # False once the server has said that it closes, or did

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def is_idle(self):
        """True if nothing has arrived meanwhile, not even the end."""
        timeout = self.socket.gettimeout()
        self.socket.setblocking(False)
        try:
            self.socket.recv(1, socket.MSG_PEEK)
            return False
        except BlockingIOError:
            return True
        except OSError:
            return False
        finally:
            self.socket.settimeout(timeout)

    def send(self, data):
        self.socket.sendall(data)

    def send_head(self, method, target, headers):
        lines = [f"{method} {target} HTTP/1.1"]
        if not any(name.lower() == "host" for name in headers):
            lines.append(f"Host: {self.host}:{self.port}")
        lines += [f"{name}: {value}" for name, value in headers.items()]
        self.send(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def send_chunk(self, data):
        """An empty one ends the body."""
        self.send(b"%x\r\n%b\r\n" % (len(data), data))

    def read_until(self, mark):
        while mark not in self.buffer:
            piece = self.socket.recv(PIECE_BYTES)
            if not piece:
                raise Broken(f"ended after {self.buffer[:200]!r}")
            self.buffer += piece
        found, self.buffer = self.buffer.split(mark, 1)
        return found + mark

    def read_some(self, count):
        """1 to `count` bytes."""
        if not self.buffer:
            piece = self.socket.recv(min(count, PIECE_BYTES))
            if not piece:
                raise Broken("ended in the middle of a body")
            return piece
        found, self.buffer = self.buffer[:count], self.buffer[count:]
        return found

    def read_head(self):
        """(status, headers)."""
        first, *lines = self.read_until(b"\r\n\r\n")[:-4].decode("latin-1").split("\r\n")
        words = first.split(" ", 2)
        if len(words) < 2 or not words[0].startswith("HTTP/1.") or not words[1].isdigit():
            raise Broken(f"not an answer: {first!r}")
        return int(words[1]), Headers(lines)

    def read_body(self, method, status, headers):
        """Yields the pieces of the body that follows a head."""
        if (headers.get("Connection") or "").lower() == "close":
            self.reusable = False
        if method == "HEAD" or status < 200 or status in (204, 304):
            return
        if (headers.get("Transfer-Encoding") or "").lower() == "chunked":
            yield from self._chunks()
        elif "Content-Length" in headers:
            yield from self._counted(int(headers["Content-Length"]))
        else:
            self.reusable = False
            if self.buffer:
                yield self.read_some(len(self.buffer))
            while piece := self.socket.recv(PIECE_BYTES):
                yield piece

    def _counted(self, left):
        while left > 0:
            piece = self.read_some(left)
            left -= len(piece)
            yield piece

    def _chunks(self):
        while size := int(self.read_until(b"\r\n").split(b";")[0], 16):
            yield from self._counted(size)
            if self.read_until(b"\r\n") != b"\r\n":
                raise Broken("a chunk that is longer than it said")
        while self.read_until(b"\r\n") != b"\r\n":
            pass
