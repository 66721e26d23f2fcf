"""Real server processes: started, watched, killed and restarted; never left behind."""

import concurrent.futures
import ctypes
import fcntl
import os
import random
import re
import signal
import socket
import subprocess
import tempfile
import time

BINARIES = os.environ.get("SMOL_BIN", os.path.join(os.path.dirname(__file__), "../../../build/dev/bin"))
_libc = ctypes.CDLL("libc.so.6", use_errno=True)
_PR_SET_PDEATHSIG = 1

# A server dies with the *thread* that started it. One thread, which lasts as long as the test, starts them
# all, so that any thread may ask for it.
_starter = concurrent.futures.ThreadPoolExecutor(1)
_port_locks = {}  # port -> file, held until the test ends: tests that run at once never share a port

# What a sanitizer or an assertion leaves among our own lines, which begin with the date and may name any key.
FAULT = re.compile(r"(?!\d{4}-\d\d-\d\dT)(.*\w+Sanitizer\b|.*runtime error:|.*Assertion `|terminate called)")


def binary(name):
    return os.path.abspath(os.path.join(BINARIES, name))


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    """A port that nothing listens on now, outside the range that connections draw from."""
    while True:
        port = random.randint(20000, 32000)
        if port in _port_locks or not _lock_port(port):
            continue
        try:
            for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                with socket.socket(family) as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((host, port))
            return port
        except OSError as failure:
            if failure.errno == 99:  # no IPv6 on this machine
                return port


def _lock_port(port):
    folder = os.path.join(tempfile.gettempdir(), f"smol-test-ports-{os.getuid()}")
    os.makedirs(folder, exist_ok=True)
    lock = open(os.path.join(folder, str(port)), "w", encoding="ascii")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        return False
    _port_locks[port] = lock
    return True


def wait_until(condition, what, seconds=30.0):
    """Polls until `condition()` is true and returns what it gave; fails after `seconds`."""
    deadline = time.monotonic() + seconds
    pause = 0.002
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


class Process:
    """One program with its log."""

    def __init__(self, name, arguments, directory, environment=None):
        self.name = name
        self.arguments = arguments
        self.directory = directory
        self.environment = environment or {}
        self.log_path = os.path.join(directory, f"{name}.log")
        self.process = None
        self.tolerated = ()  # parts of complaints in its log that are no fault of ours
        self.enter = None  # called in the new process before it becomes the program

    def start(self, failpoint=None, extra=()):
        """`failpoint`: where it dies by SIGKILL, "S5.first.data" or, at the third arrival,
        "S5.first.data:3"; or where it is stopped by SIGSTOP: "S5.first.data:stop"."""
        assert not self.is_running(), f"{self.name} runs already"
        environment = {
            key: value
            for key, value in os.environ.items()
            if key == "SMOL_BROKEN" or key != "PORT" and not key.startswith("SMOL_")
        }
        environment.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
        environment.setdefault("TSAN_OPTIONS", "halt_on_error=0:exitcode=66")
        environment.update(self.environment)
        if failpoint:
            environment["SMOL_FAILPOINT"] = failpoint
        self.process = _starter.submit(self._spawn, [*self.arguments, *extra], environment).result()
        return self

    def _spawn(self, arguments, environment):
        with open(self.log_path, "ab") as log:
            return subprocess.Popen(
                arguments,
                cwd=self.directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=self._prepare,
            )

    def _prepare(self):
        _die_with_parent()
        if self.enter:
            self.enter()

    @property
    def pid(self):
        return self.process.pid

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def kill(self):
        """As a power cut sees it: no farewell. True if it was still running."""
        was_running = self.is_running()
        if was_running:
            self.process.kill()
        if self.process:
            self.process.wait()
        return was_running

    def is_stopped(self):
        """True while SIGSTOP holds it."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] == "T"

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def wait_dead(self, seconds=30.0):
        return wait_until(lambda: not self.is_running(), f"{self.name} ends\n{self.log_tail()}", seconds)

    def terminate(self, seconds=40.0):
        """SIGTERM, and the exit code."""
        if self.is_running():
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(seconds)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
                raise AssertionError(f"{self.name} did not end within {seconds} s of SIGTERM\n{self.log_tail()}") from None
        return self.process.returncode

    def log(self):
        with open(self.log_path, encoding="utf-8", errors="replace") as file:
            return file.read()

    def log_tail(self, lines=40):
        if not os.path.exists(self.log_path):
            return ""
        return "\n".join(f"  {self.name}: {line}" for line in self.log().splitlines()[-lines:])

    def faults(self):
        if not os.path.exists(self.log_path):
            return []
        complaints = [line for line in self.log().splitlines() if FAULT.match(line)]
        return [line for line in complaints if not any(known in line for known in self.tolerated)]

    def memory_bytes(self, field="RssAnon"):
        """Resident memory: by default what is the process's own, without pages of files. VmRSS: all;
        VmHWM: the peak of that."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(f"{field}:"):
                    return int(line.split()[1]) * 1024
        raise AssertionError(f"no {field}")

    def forget_memory_peak(self):
        """From here on VmHWM counts anew."""
        with open(f"/proc/{self.pid}/clear_refs", "w", encoding="ascii") as file:
            file.write("5")
