"""A master and its volumes in a temporary directory."""

import json
import os
import subprocess
import tempfile
import urllib.parse

from support import client
from support.processes import Process, binary, free_port, wait_until

MASTER, FIRST, OTHER = "master", "first volume", "other volume"  # the parts in a write


class Cluster:
    """`with Cluster(volumes=3) as cluster:` everything runs inside, nothing is left after."""

    host = "127.0.0.1"  # where the master listens

    def __init__(self, volumes=3, master_flags=(), volume_flags=(), directory=None, start=True, db=None):
        self.owns_directory = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        self.port = free_port()
        self.db = db or os.path.join(self.directory, "olivedb")
        self.master = Process(
            "master",
            [binary("master"), "--db", self.db, "--port", str(self.port), *master_flags],
            self.directory,
        )
        self.volume_flags = volume_flags
        self.volumes = []
        for _ in range(volumes):
            self.add_volume()
        self.failed = False
        if start:
            try:
                self.start()
            except BaseException:
                self.failed = True
                self.stop()
                raise

    def add_volume(self, path=None, flags=()):
        """A further volume server, not started."""
        number = len(self.volumes) + 1
        port = free_port()
        path = path or os.path.join(self.directory, f"volume{number}")
        one = Process(
            f"volume{number}",
            [
                binary("volume"),
                path,
                "--port",
                str(port),
                "--master",
                f"http://{'localhost' if self.host == '127.0.0.1' else self.host}:{self.port}",
                *self.volume_flags,
                *flags,
            ],
            self.directory,
        )
        one.port = port
        one.path = path
        self.volumes.append(one)
        return one

    def processes(self):
        return [self.master, *self.volumes]

    def start(self):
        """Starts what does not run."""
        for one in self.processes():
            if not one.is_running():
                one.start()
        self.wait_ready()

    def wait_ready(self, seconds=30.0):
        """All running volumes are up at the master, and it says that it is ready."""
        names = [one.name for one in self.volumes if one.is_running()]

        def is_ready():
            for one in self.processes():
                if one.process is not None and not one.is_running() and one.name in ["master", *names]:
                    raise AssertionError(f"{one.name} ended: {one.process.returncode}\n{one.log_tail()}")
            try:
                status = self.status()
            except (OSError, ValueError):
                return False
            up = [volume for volume in status["volumes"] if volume["state"] == "up"]
            return len(up) >= len(names) and status["ready"]

        try:
            wait_until(is_ready, "master ready and volumes up", seconds)
        except AssertionError as failure:
            raise AssertionError(f"{failure}\n{self.logs()}") from None

    def status(self):
        return client.request(self.port, "GET", "/-/status", timeout=10.0, host=self.host).json()

    def stat(self, key):
        return self.request("GET", "/-/stat" + client.path_of(key))

    def request(self, method, target, body=None, headers=None, follow=False, **more):
        more.setdefault("host", self.host)
        return client.request(self.port, method, target, body, headers, follow, **more)

    def put(self, key, body, headers=None, expect=None):
        response = self.request("PUT", client.path_of(key), body, headers)
        if expect is not None and response.status != expect:
            raise AssertionError(f"PUT {key}: {response}\n{self.logs()}")
        return response

    def get(self, key, headers=None):
        return self.request("GET", client.path_of(key), headers=headers, follow=True)

    def first_volume(self, key):
        """The volume server that a PUT of `key` is sent to."""
        answer = self.request("PUT", client.path_of(key) + "?location")
        if answer.status != 200:
            raise AssertionError(f"?location: {answer}\n{self.logs()}")
        port = urllib.parse.urlsplit(answer.json()["url"]).port
        return next(one for one in self.volumes if one.port == port)

    def roles(self, operation, key):
        """Who plays which part when `key` is put or deleted: MASTER, FIRST and OTHER -> process."""
        if operation == "delete":
            holders = [replica["volume"] for replica in self.stat(key).json()["replicas"]]
            by_name = {self.volume_name(volume): volume for volume in self.volumes}
            first, other = by_name[holders[0]], by_name[holders[1]]
        else:
            first = self.first_volume(key)
            other = next(volume for volume in self.volumes if volume is not first)
        return {MASTER: self.master, FIRST: first, OTHER: other}

    def volume_name(self, one):
        with open(os.path.join(one.path, ".smol/volume.json"), encoding="utf-8") as file:
            return json.load(file)["name"]

    def is_up(self, one):
        """Whether the master takes a volume server for up."""
        name = self.volume_name(one)
        return any(told["name"] == name and told["state"] == "up" for told in self.status()["volumes"])

    def kill(self, one):
        """kill -9, and waits until the master, if it runs, knows."""
        one.kill()
        if one is not self.master and self.master.is_running():
            wait_until(lambda: not self.is_up(one), f"the master sees that {one.name} is down")

    def restart(self, one, failpoint=None, extra=()):
        self.kill(one)
        one.start(failpoint, extra)
        self.wait_ready()

    def kill_all(self):
        for one in self.processes():
            one.kill()

    def logs(self):
        return "\n".join(one.log_tail() for one in self.processes())

    def stop(self):
        """Ends everything in order and holds each process to an exit code of 0, unless a test failed."""
        faults = []
        try:
            for one in [*self.volumes, self.master]:
                if one.is_running():
                    try:
                        code = one.terminate()
                        if code != 0:
                            faults.append(f"{one.name} ended with {code} after SIGTERM\n{one.log_tail()}")
                    except AssertionError as failure:
                        faults.append(str(failure))
            for one in self.processes():
                faults += one.faults()
        finally:
            for one in self.processes():
                one.kill()
            if self.failed:
                print(self.logs())
            if self.owns_directory:
                self.remove_directory()
        if faults and not self.failed:
            raise AssertionError("\n".join(faults))

    def remove_directory(self):
        """By several processes: a hundred thousand files take a while."""
        parts = [os.path.join(self.directory, name) for name in os.listdir(self.directory)]
        for removing in [subprocess.Popen(["rm", "-rf", part]) for part in parts]:
            removing.wait()
        os.rmdir(self.directory)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        self.failed = self.failed or kind is not None
        self.stop()
