"""Server processes under test: started, killed, restarted on the same port, and always stopped."""

import concurrent.futures
import fcntl
import os
import random
import signal
import socket
import subprocess
import tempfile
import time

BIN = os.environ.get("SMOL_BIN", "")

PORTS = range(20000, 32000)  # below the range from which the kernel gives clients their ports
LOG_LINES_SHOWN = 200

# A child is killed when the *thread* that started it ends (setpriv --pdeathsig), so one thread that
# lasts as long as the test starts them all, whoever asks.
_starter = concurrent.futures.ThreadPoolExecutor(1)
_port_locks = {}  # port -> file; held until the test ends, so that parallel tests never share one


def binary(name):
    """Path of master, volume or smol."""
    assert BIN, "SMOL_BIN must name the directory of the binaries (ctest sets it)"
    path = os.path.join(BIN, name)
    assert os.access(path, os.X_OK), f"{path} is not there: build it first"
    return path


def free_port():
    """A port on which nobody listens and which no other test of this machine takes meanwhile."""
    folder = os.path.join(tempfile.gettempdir(), f"smol-test-ports-{os.getuid()}")
    os.makedirs(folder, exist_ok=True)
    while True:
        port = random.choice(PORTS)
        if port in _port_locks:
            continue
        lock = open(os.path.join(folder, str(port)), "w", encoding="ascii")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind(("127.0.0.1", port))
        except OSError:
            lock.close()
            continue
        _port_locks[port] = lock
        return port


def wait_until(condition, what, seconds=20.0, interval=0.02):
    """The first true result of `condition()`; AssertionError naming `what` after `seconds`."""
    deadline = time.monotonic() + seconds
    while True:
        found = condition()
        if found:
            return found
        assert time.monotonic() < deadline, f"not within {seconds:g} s: {what}"
        time.sleep(interval)


class Process:
    """One server. `arguments` begins with the program; restarts use the same ones."""

    def __init__(self, name, arguments, log, environment=None):
        self.name = name
        self.arguments = [str(argument) for argument in arguments]
        self.log = log  # path; all runs append to it
        self.environment = dict(environment or {})  # added to a clean one
        self.running = None  # subprocess.Popen, kept after the end for its exit code

    def start(self, **environment):
        """Starts it, with `environment` added for this run only. Does not wait for readiness."""
        assert not self.alive(), f"{self.name} runs already"
        variables = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PORT", "NOTIFY_SOCKET") and not name.startswith("SMOL_")
        }
        variables.update(self.environment)
        variables.update(environment)
        self.running = _starter.submit(self._spawn, variables).result()

    def _spawn(self, variables):
        with open(self.log, "ab") as log:
            log.write(f"---- {self.name}: {' '.join(self.arguments)}\n".encode())
            log.flush()
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", "--", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=variables,
            )

    @property
    def pid(self):
        return self.running.pid

    def alive(self):
        return self.running is not None and self.running.poll() is None

    def kill(self):
        """kill -9, and waits until it is gone. Nothing if it is gone already."""
        if self.running is not None and self.running.poll() is None:
            self.running.kill()
            self.running.wait()

    def signal(self, number):
        self.running.send_signal(number)

    def wait_exit(self, seconds=20.0):
        """Its exit code (negative: the signal that killed it)."""
        try:
            return self.running.wait(seconds)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.name} still runs after {seconds:g} s") from None

    def terminate(self, seconds=20.0):
        """SIGTERM; its exit code."""
        self.signal(signal.SIGTERM)
        return self.wait_exit(seconds)

    def stopped(self):
        """True while SIGSTOP holds it."""
        with open(f"/proc/{self.pid}/stat", encoding="ascii", errors="replace") as stat:
            return stat.read().rpartition(")")[2].split()[0] == "T"

    def log_text(self):
        with open(self.log, encoding="utf-8", errors="replace") as log:
            return log.read()

    def log_end(self):
        lines = self.log_text().splitlines()
        left_out = len(lines) - LOG_LINES_SHOWN
        if left_out > 0:
            lines = [f"({left_out} lines left out)", *lines[-LOG_LINES_SHOWN:]]
        return "\n".join(lines)

    # Memory, in bytes.

    def memory(self, field):
        """A field of /proc/<pid>/status: VmRSS, RssAnon, VmHWM (the peak), …"""
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            for line in status:
                if line.startswith(field + ":"):
                    return int(line.split()[1]) * 1024
        raise AssertionError(f"no {field} in the status of {self.name}")

    def forget_memory_peak(self):
        """From here on VmHWM counts anew."""
        with open(f"/proc/{self.pid}/clear_refs", "w", encoding="ascii") as refs:
            refs.write("5")
