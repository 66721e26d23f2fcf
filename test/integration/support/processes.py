"""Real server processes: started, watched, killed and restarted; never left behind."""

import ctypes
import os
import random
import signal
import socket
import subprocess
import time

BINARIES = os.environ.get("SMOL_BIN", os.path.join(os.path.dirname(__file__), "../../../build/dev/bin"))
_libc = ctypes.CDLL("libc.so.6", use_errno=True)
_PR_SET_PDEATHSIG = 1

# What a sanitizer or an assertion leaves in a log.
FAULTS = ("AddressSanitizer", "ThreadSanitizer", "LeakSanitizer", "runtime error:", "Assertion `", "terminate called")


def binary(name):
    return os.path.abspath(os.path.join(BINARIES, name))


def _die_with_parent():
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def free_port():
    """A port that nothing listens on now, outside the range that connections draw from."""
    while True:
        port = random.randint(20000, 32000)
        try:
            for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
                with socket.socket(family) as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind((host, port))
            return port
        except OSError as failure:
            if failure.errno == 99:  # no IPv6 on this machine
                return port


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
    """One program with its log. Start it on the main thread: it dies with the thread that started it."""

    def __init__(self, name, arguments, directory, environment=None):
        self.name = name
        self.arguments = arguments
        self.directory = directory
        self.environment = environment or {}
        self.log_path = os.path.join(directory, f"{name}.log")
        self.process = None

    def start(self, failpoint=None, extra=()):
        assert not self.is_running(), f"{self.name} runs already"
        environment = {
            key: value for key, value in os.environ.items() if key != "PORT" and not key.startswith("SMOL_")
        }
        environment.setdefault("ASAN_OPTIONS", "detect_leaks=1:abort_on_error=0")
        environment.setdefault("TSAN_OPTIONS", "halt_on_error=0:exitcode=66")
        environment.update(self.environment)
        if failpoint:
            environment["SMOL_FAILPOINT"] = failpoint
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.arguments, *extra],
                cwd=self.directory,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_parent,
            )
        return self

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
        return [line for line in self.log().splitlines() if any(fault in line for fault in FAULTS)]

    def memory_bytes(self):
        """Resident memory that is the process's own: without pages of files."""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    return int(line.split()[1]) * 1024
        raise AssertionError("no RssAnon")
