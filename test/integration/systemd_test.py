"""The units, and how the installed programs speak with systemd (sd_notify(3))."""

import glob
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time

from support import client
from support.case import Case, main
from support.processes import Process, free_port, wait_until

BUILD = os.environ.get("SMOL_BUILD", os.path.join(os.path.dirname(__file__), "../../build/dev"))
EXPOSURE_MAX = 1.5
SECRET = "0123456789abcdef0123456789abcdef"


class Systemd(Case):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        cls.root = os.path.join(cls.folder.name, "root")
        done = subprocess.run(
            ["cmake", "--install", BUILD], env={**os.environ, "DESTDIR": cls.root}, capture_output=True, text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def installed(self, path):
        return os.path.join(self.root, path.lstrip("/"))

    def units(self):
        """The installed units with the installed programs' present paths; the template as an instance."""
        folder = tempfile.mkdtemp(prefix="units-", dir=self.folder.name)
        names = []
        for path in glob.glob(self.installed("/usr/lib/systemd/system/*")):
            with open(path, encoding="utf-8") as file:
                text = file.read()
            text = text.replace("/usr/lib/smol/", self.installed("/usr/lib/smol/"))
            name = os.path.basename(path).replace("@.", "@disk1.")
            for one in {name, os.path.basename(path)}:
                with open(os.path.join(folder, one), "w", encoding="utf-8") as file:
                    file.write(text)
            names.append(os.path.join(folder, name))
        return sorted(names)

    def test_everything_is_where_debian_expects_it(self):
        for path in (
            "/usr/bin/smol", "/usr/lib/smol/master", "/usr/lib/smol/volume", "/usr/lib/systemd/system/smol-master.service",
            "/usr/lib/systemd/system/smol-volume@.service", "/usr/lib/systemd/system/smol.target",
            "/usr/lib/sysusers.d/smol.conf", "/usr/lib/tmpfiles.d/smol.conf", "/etc/smol/master.toml", "/etc/smol/volume.toml",
            "/usr/share/doc/smol/copyright", "/usr/share/doc/smol/OPERATIONS.md",
        ):
            self.assertTrue(os.path.isfile(self.installed(path)), path)

    def test_verify(self):
        units = self.units()
        self.assertEqual(len(units), 3)
        for unit in units:
            done = subprocess.run(
                ["systemd-analyze", "verify", "--man=no", unit], capture_output=True, text=True, check=False
            )
            ours = [line for line in done.stderr.splitlines() if "smol" in line]
            self.assertEqual((done.returncode, ours), (0, []), done.stderr)

    def test_exposure(self):
        for unit in self.units():
            if unit.endswith(".target"):
                continue
            done = subprocess.run(
                ["systemd-analyze", "security", "--offline=true", "--no-pager", unit],
                capture_output=True, text=True, check=False,
            )
            found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
            self.assertTrue(found, done.stdout + done.stderr)
            print(os.path.basename(unit), found.group(1))
            self.assertLessEqual(float(found.group(1)), EXPOSURE_MAX, done.stdout)

    def test_the_sandbox_allows_every_system_call_that_is_made(self):
        if not shutil.which("strace"):
            self.skipTest("strace is not installed")
        allowed = filtered("@system-service") - filtered("@privileged") - filtered("@resources")
        port = free_port()
        traces = {name: os.path.join(self.folder.name, f"{name}.strace") for name in ("master", "volume")}
        arguments = {
            "master": ["--db", os.path.join(self.folder.name, "traced-db"), "--port", str(port)],
            "volume": [
                os.path.join(self.folder.name, "traced"), "--port", str(free_port()), "--master", f"http://localhost:{port}",
            ],
        }
        running = [
            Process(
                f"traced-{name}",
                ["strace", "-D", "-f", "-o", traces[name], self.installed(f"/usr/lib/smol/{name}"), *arguments[name]],
                self.folder.name,
            )
            for name in traces
        ]
        try:
            for one in running:
                one.start()
            wait_until(lambda: is_ready(port), "the traced store is ready")
            for size in (10, 3_000_000):
                for how in ("relay", "redirect"):
                    self.assertEqual(client.request(port, "PUT", f"/{how}/{size}?{how}", b"x" * size, follow=True).status, 201)
                    self.assertEqual(client.request(port, "GET", f"/{how}/{size}?{how}", follow=True).status, 200)
            self.assertEqual(client.request(port, "GET", "/?list").status, 200)
            self.assertEqual(client.request(port, "DELETE", "/relay/10").status, 204)
        finally:
            for one in reversed(running):
                one.terminate()
        for name, path in traces.items():
            wait_until(lambda: "+++ exited with 0" in read(path), "the trace is whole")
            made = set(re.findall(r"^\d+ +([a-z0-9_]+)\(", read(path), re.MULTILINE))
            self.assertTrue(made & {"fsync", "fdatasync"}, "the trace is not the server's")
            # The first execve is systemd's own, before the filter.
            self.assertEqual(made - allowed - {"execve"}, set(), f"{name} needs more than the unit allows")

    def test_users_and_directories(self):
        for program, kind in (("systemd-sysusers", "sysusers"), ("systemd-tmpfiles", "tmpfiles")):
            path = self.installed(f"/usr/lib/{kind}.d/smol.conf")
            flags = ["--create"] if kind == "tmpfiles" else []
            root = os.path.join(self.folder.name, kind)
            os.makedirs(os.path.join(root, "etc"), exist_ok=True)
            done = subprocess.run([program, *flags, f"--root={root}", path], capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)

    def test_the_installed_settings_are_good(self):
        """Started as the units do, but for the paths and ports of this test."""
        secret = os.path.join(self.folder.name, "secret")
        with open(secret, "w", encoding="ascii") as file:
            file.write(SECRET)
        os.chmod(secret, 0o600)
        port = free_port()
        master = self.supervised(
            "master", "--config", self.installed("/etc/smol/master.toml"), "--secret-file", secret,
            "--db", os.path.join(self.folder.name, "db"), "--port", str(port),
        )
        volume = self.supervised(
            "volume", "--config", self.installed("/etc/smol/volume.toml"), "--secret-file", secret, "--port",
            str(free_port()), "--master", f"http://localhost:{port}", os.path.join(self.folder.name, "disk1"),
        )
        try:
            for one in (master, volume):
                one.wait_for("READY=1")
                self.assertTrue(one.state.get("STATUS"), "no STATUS with READY")
            wait_until(lambda: is_ready(port), "the volume has joined")
            self.assertEqual(client.request(port, "PUT", "/k", b"1").status, 201)
            # The unit asks for WatchdogSec; here 2 s: a sign of life at least each second.
            for one in (master, volume):
                begun = time.monotonic()
                for _ in range(3):
                    one.wait_for("WATCHDOG=1")
                self.assertLess(time.monotonic() - begun, 6.0)
            for one in (volume, master):
                one.process.process.terminate()
                one.wait_for("STOPPING=1")
                one.process.process.wait(20)
                self.assertEqual(one.process.process.returncode, 0)
        finally:
            for one in (volume, master):
                one.process.kill()
                one.socket.close()

    def test_ready_comes_after_the_port(self):
        port = free_port()
        master = self.supervised("master", "--db", os.path.join(self.folder.name, "db2"), "--port", str(port))
        try:
            master.wait_for("READY=1")
            self.assertEqual(client.request(port, "GET", "/-/health").status, 200)
        finally:
            master.process.kill()
            master.socket.close()

    def test_a_start_that_fails_is_never_ready(self):
        with socket.socket() as taken:
            port = free_port()
            taken.bind(("127.0.0.1", port))
            taken.listen()
            master = self.supervised("master", "--db", os.path.join(self.folder.name, "db3"), "--port", str(port))
            try:
                master.process.wait_dead()
                master.drain()
                self.assertNotIn("READY", master.state)
            finally:
                master.process.kill()
                master.socket.close()

    def supervised(self, name, *arguments):
        return Supervised(self.installed(f"/usr/lib/smol/{name}"), name, arguments, self.folder.name)


def filtered(group):
    """The system calls of one of systemd's groups, without "@", all the way down."""
    done = subprocess.run(["systemd-analyze", "syscall-filter", group], capture_output=True, text=True, check=True)
    found = set()
    for line in done.stdout.splitlines()[1:]:
        word = line.strip()
        if word.startswith("@"):
            found |= filtered(word)
        elif word and not word.startswith("#"):
            found.add(word)
    return found


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def is_ready(port):
    try:
        return client.request(port, "GET", "/-/ready").status == 200
    except OSError:
        return False


class Supervised:
    """A program with a notify socket, as systemd gives it one."""

    def __init__(self, path, name, arguments, directory):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(f"\0smol-test-{os.getpid()}-{name}-{time.monotonic_ns()}")
        self.state = {}
        address = "@" + self.socket.getsockname()[1:].decode()
        environment = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": "2000000"}
        self.process = Process(f"installed-{name}", [path, *arguments], directory, environment)
        self.process.start()

    def take(self, data):
        lines = data.decode().split("\n")
        for line in lines:
            name, _, value = line.partition("=")
            self.state[name] = value
        return lines

    def drain(self):
        self.socket.setblocking(False)
        try:
            while True:
                self.take(self.socket.recv(4096))
        except BlockingIOError:
            pass

    def wait_for(self, line, seconds=20.0):
        deadline = time.monotonic() + seconds
        while True:
            self.socket.settimeout(max(0.01, deadline - time.monotonic()))
            try:
                if line in self.take(self.socket.recv(4096)):
                    return
            except TimeoutError:
                raise AssertionError(f"{line} did not come\n{self.process.log_tail()}") from None


if __name__ == "__main__":
    main()
