"""The servers that are compared, each with the processes whose CPU time counts. Everything lies in one temporary
directory and ends with its `with` block. smol is started by the support of the integration tests."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../test/integration"))

from support import processes  # noqa: E402
from support.cluster import Cluster  # noqa: E402


def pinned(arguments, cores):
    """The command on these cores only; taskset becomes the program, so the process id stays."""
    return ["taskset", "-c", ",".join(map(str, cores)), *arguments]


class Server:
    """url: where keys go. pids(): whose CPU time counts. label: what tables call it."""

    label = ""
    url = ""

    def pids(self):
        raise NotImplementedError

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        pass


class Smol(Server):
    """A master and volumes. flush: "no" or "slow" preloads a library that makes flushes do nothing, or take longer."""

    def __init__(self, context, volumes=1, replicas=1, flush=None, master_flags=(), directory=None, start=True):
        self.label = {None: "smol", "no": "smol without flush", "slow": "smol on a slow disk"}[flush]
        threads = ("--threads", str(len(context.server_cores)))
        self.cluster = Cluster(
            volumes,
            ("--replicas", str(replicas), "--log-level", "warning", *threads, *master_flags),
            ("--log-level", "warning", *threads),
            directory=directory,
            start=False,
        )
        for one in self.cluster.processes():
            one.arguments = pinned(one.arguments, context.server_cores)
            if flush:
                one.environment["LD_PRELOAD"] = context.binary(f"libsmol_{flush}_flush.so")
        self.url = f"http://127.0.0.1:{self.cluster.port}"
        if start:
            self.cluster.start()

    def pids(self):
        return [one.pid for one in self.cluster.processes() if one.is_running()]

    def stop(self):
        self.cluster.failed = self.cluster.failed or sys.exc_info()[0] is not None
        self.cluster.stop()


NGINX_CONFIGURATION = """
{user}
daemon off;
master_process on;
worker_processes {workers};
worker_rlimit_nofile 65536;
pid {directory}/nginx.pid;
error_log {directory}/error.log warn;
events {{ worker_connections 16384; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    tcp_nodelay on;
    keepalive_timeout 600s;
    keepalive_requests 1000000000;
    reset_timedout_connection on;
    open_file_cache max=100000 inactive=600s;
    open_file_cache_valid 600s;
    open_file_cache_min_uses 1;
    client_max_body_size 0;
    {body_buffer}
    client_body_temp_path {directory}/body;
    proxy_temp_path {directory}/proxy;
    fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi;
    scgi_temp_path {directory}/scgi;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        root {directory}/root;
        location / {{
            dav_methods PUT DELETE;
            create_full_put_path on;
        }}
    }}
}}
"""


def find_nginx():
    return shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


class Nginx(Server):
    """Debian's nginx with WebDAV, tuned: no log, descriptors cached, one worker for each core of the servers.
    body_buffer: client_body_buffer_size; None leaves its default of two pages."""

    def __init__(self, context, body_buffer=None):
        self.label = "nginx" if body_buffer is None else f"nginx, body buffer {body_buffer}"
        self.directory = tempfile.mkdtemp(prefix="smol-bench-nginx-", dir=context.directory)
        os.mkdir(os.path.join(self.directory, "root"))
        self.port = processes.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        path = os.path.join(self.directory, "nginx.conf")
        with open(path, "w", encoding="ascii") as file:
            file.write(
                NGINX_CONFIGURATION.format(
                    user="user root;" if os.getuid() == 0 else "",
                    workers=len(context.server_cores),
                    directory=self.directory,
                    port=self.port,
                    body_buffer=f"client_body_buffer_size {body_buffer};" if body_buffer else "",
                )
            )
        self.process = processes.Process(
            "nginx", pinned([find_nginx(), "-c", path, "-p", self.directory], context.server_cores), self.directory
        )
        self.process.start()
        processes.wait_until(lambda: _listens(self.port), "nginx listens")

    def pids(self):
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children", encoding="ascii") as file:
            return [self.process.pid, *map(int, file.read().split())]

    def stop(self):
        self.process.terminate()
        shutil.rmtree(self.directory, ignore_errors=True)


class FixedAnswer(Server):
    """smol-limits fixed: the given bytes as the answer to everything."""

    label = "fixed answer"

    def __init__(self, context, answer):
        self.directory = tempfile.mkdtemp(prefix="smol-bench-fixed-", dir=context.directory)
        path = os.path.join(self.directory, "answer")
        with open(path, "wb") as file:
            file.write(answer)
        port = processes.free_port()
        arguments = [context.binary("smol-limits"), "fixed", "--answer", path, "--port", str(port)]
        arguments += ["--threads", str(len(context.server_cores))]
        self.process = processes.Process("fixed", pinned(arguments, context.server_cores), self.directory)
        self.process.start()
        self.url = f"http://127.0.0.1:{port}"
        processes.wait_until(lambda: _listens(port), "the fixed-answer server listens")

    def pids(self):
        return [self.process.pid]

    def stop(self):
        self.process.terminate()
        shutil.rmtree(self.directory, ignore_errors=True)


class Running(Server):
    """A server that somebody else has started: its URL, and its process ids if they were given."""

    def __init__(self, label, url, pids):
        self.label = label
        self.url = url.rstrip("/")
        self._pids = pids

    def pids(self):
        return self._pids


def _listens(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        time.sleep(0.01)
        return False


def raw_answer(url, target):
    """The bytes of the answer to a GET: of one without a body."""
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), 10) as one:
        one.sendall(f"GET {target} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
        received = b""
        while b"\r\n\r\n" not in received:
            piece = one.recv(65536)
            if not piece:
                break
            received += piece
    return received


def run(arguments, timeout=600):
    """A program that ends by itself: its standard output. RuntimeError with what it said if it fails."""
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=timeout, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(map(str, arguments))}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout
