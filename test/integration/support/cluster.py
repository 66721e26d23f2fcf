"""A master and its volume servers, as real processes in a directory of their own."""

import json
import os
import shutil
import tempfile
import unittest

from . import web
from .processes import Process, binary, free_port, wait_until


class Cluster:
    """Started by start(), or as a context manager. Everything is on loopback and in `directory`."""

    def __init__(
        self,
        volumes=3,
        master_flags=(),
        volume_flags=(),
        directory=None,
        environment=None,
        volume_directories=None,
    ):
        """`environment`: of all processes. `volume_directories`: where the volumes' data lies, by
        default below `directory`, which by default is made, and removed by stop()."""
        self.own_directory = directory is None
        self.directory = directory or tempfile.mkdtemp(prefix="smol-test-")
        self.db = os.path.join(self.directory, "olivedb")
        self.master_port = free_port()
        self.master = self._process(
            "master", [binary("master"), "--port", self.master_port, "--db", self.db, *master_flags]
        )
        self.volume_flags = list(volume_flags)
        self.volumes = []  # Process, with .port and .directory
        for index in range(volumes):
            self.add_volume(volume_directories[index] if volume_directories else None)
        for process in self.processes():
            process.environment.update(environment or {})

    def _process(self, name, arguments):
        return Process(name, arguments, os.path.join(self.directory, name + ".log"))

    def add_volume(self, directory=None):
        """One more volume server, not started yet."""
        name = f"volume{len(self.volumes) + 1}"
        directory = directory or os.path.join(self.directory, name)
        port = free_port()
        volume = self._process(
            name,
            [binary("volume"), directory, "--port", port, "--master", self.url, *self.volume_flags],
        )
        volume.port = port
        volume.directory = directory
        self.volumes.append(volume)
        return volume

    def processes(self):
        return [self.master, *self.volumes]

    def __enter__(self):
        try:
            return self.start()
        except BaseException:
            self.stop()
            raise

    def __exit__(self, *_):
        self.stop()

    def start(self):
        for process in self.processes():
            if not process.alive():
                process.start()
        self.wait_up()
        return self

    def stop(self):
        """Ends every process and, unless SMOL_KEEP is set, removes what they stored."""
        for process in self.processes():
            process.kill()
        if self.own_directory and "SMOL_KEEP" not in os.environ:
            shutil.rmtree(self.directory, ignore_errors=True)

    def kill_all(self):
        for process in self.processes():
            process.kill()

    def restart(self, process, **environment):
        """kill -9, and starts it again on the same port. Does not wait for readiness."""
        process.kill()
        process.start(**environment)

    # State.

    @property
    def url(self):
        return f"http://localhost:{self.master_port}"

    def url_of(self, key):
        return f"{self.url}/{web.quote(key)}"

    def status(self):
        """/-/status, or None if the master does not answer."""
        try:
            answer = web.request("GET", self.url + "/-/status", timeout=5)
        except OSError:
            return None
        return answer.json() if answer.status == 200 else None

    def ready(self):
        try:
            return web.request("GET", self.url + "/-/ready", timeout=5).status == 200
        except OSError:
            return False

    def volumes_up(self):
        """How many the master takes for up."""
        status = self.status()
        if status is None:
            return 0
        return sum(volume["state"] == "up" for volume in status["volumes"])

    def wait_up(self, seconds=30.0):
        """Until the master is ready and every volume that runs has joined; fails at once if a
        process has ended by itself."""

        def up():
            running = 0
            for process in self.processes():
                if process.running is not None:
                    assert process.alive(), f"{process.name} ended: {process.log_end()}"
                    running += process is not self.master
            return self.ready() and self.volumes_up() == running

        wait_until(up, "the master is ready and all volumes are up", seconds)

    def wait_ready(self, seconds=30.0):
        wait_until(self.ready, "the master is ready", seconds)

    def volume_name(self, volume):
        with open(os.path.join(volume.directory, ".smol", "volume.json"), encoding="utf-8") as file:
            return json.load(file)["name"]

    def volume_named(self, name):
        return next(volume for volume in self.volumes if self.volume_name(volume) == name)

    def staged_files(self, volume):
        return sorted(os.listdir(os.path.join(volume.directory, ".smol", "staging")))

    # Requests.

    def put(self, key, body, headers=None, query="", **options):
        """Relayed by the master, as any request whose body comes unasked."""
        return web.request("PUT", self.url_of(key) + query, body, headers, **options)

    def put_redirected(self, key, body, headers=None, **options):
        return web.put_redirected(self.url_of(key), body, headers, **options)

    def get(self, key, headers=None, query="", **options):
        return web.request("GET", self.url_of(key) + query, None, headers, **options)

    def head(self, key, headers=None, **options):
        return web.request("HEAD", self.url_of(key), None, headers, **options)

    def delete(self, key, headers=None, **options):
        return web.request("DELETE", self.url_of(key), None, headers, **options)

    def stat(self, key):
        """The record and its replicas, or None for an unknown key."""
        answer = web.request("GET", f"{self.url}/-/stat/{web.quote(key)}")
        return answer.json() if answer.status == 200 else None


class ClusterTest(unittest.TestCase):
    """A test with clusters: they are stopped whatever happens, and a failure shows their logs."""

    def run(self, result=None):
        self._result = result if result is not None else self.defaultTestResult()
        self._failures_before = self._failures()
        return super().run(self._result)

    def _failures(self):
        return len(self._result.failures) + len(self._result.errors)

    def start_cluster(self, **options):
        cluster = self.make_cluster(**options)
        cluster.start()
        return cluster

    def make_cluster(self, **options):
        """Not started yet."""
        cluster = Cluster(**options)
        self.addCleanup(self._stop, cluster)
        return cluster

    def _stop(self, cluster):
        if self._failures() > self._failures_before:
            for process in cluster.processes():
                if os.path.exists(process.log):
                    print(f"\n==== log of {process.name}\n{process.log_end()}", flush=True)
        cluster.stop()

    def assertStatus(self, answer, *expected):  # noqa: N802 (as unittest spells it)
        self.assertIn(answer.status, expected, str(answer))
