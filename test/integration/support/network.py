"""A network of its own for each process: namespaces joined by one that forwards, where a link can be cut
in one direction or both, refused, reset or slowed. Needs root and iproute2; nothing is left after remove().

A node is `name` -> 10.77.N.2. What is cut is cut in the middle: both ends only see silence."""

import ctypes
import os
import shutil
import subprocess

_libc = ctypes.CDLL("libc.so.6", use_errno=True)
_CLONE_NEWNET = 0x40000000
_PATH = "/usr/sbin:/sbin:" + os.environ.get("PATH", "/usr/bin:/bin")


class NoNetworks(Exception):
    """Namespaces cannot be made here; says why."""


def _run(*arguments, quiet=False):
    environment = {**os.environ, "PATH": _PATH}
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, env=environment)
    if done.returncode and not quiet:
        raise OSError(f"{' '.join(arguments)}: {done.stderr.strip()}")
    return done.returncode == 0


class Network:
    def __init__(self, names):
        if os.geteuid() != 0:
            raise NoNetworks("network namespaces need root")
        if not shutil.which("ip", path=_PATH):
            raise NoNetworks("there is no ip (iproute2)")
        self.prefix = f"smol-{os.getpid()}-"
        self.router = self.prefix + "router"
        self.made = []
        self.numbers = {name: number for number, name in enumerate(names, 1)}
        self.cuts = {}  # (from, to) -> arguments of its rule
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        try:
            self._make()
        except OSError as failure:
            self.remove()
            raise NoNetworks(str(failure)) from None

    def _make(self):
        self._add(self.router)
        _run("ip", "netns", "exec", self.router, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        for name, number in self.numbers.items():
            space = self.prefix + name
            self._add(space)
            _run("ip", "-n", self.router, "link", "add", f"to{number}", "type", "veth",
                 "peer", "name", "eth0", "netns", space)
            _run("ip", "-n", self.router, "address", "add", f"10.77.{number}.1/24", "dev", f"to{number}")
            _run("ip", "-n", self.router, "link", "set", f"to{number}", "up")
            _run("ip", "-n", space, "address", "add", f"{self.address(name)}/24", "dev", "eth0")
            _run("ip", "-n", space, "link", "set", "eth0", "up")
            _run("ip", "-n", space, "route", "add", "default", "via", f"10.77.{number}.1")

    def _add(self, space):
        _run("ip", "netns", "add", space)
        self.made.append(space)
        _run("ip", "-n", space, "link", "set", "lo", "up")

    def address(self, name):
        return f"10.77.{self.numbers[name]}.2"

    def enter(self, name):
        """The calling thread, and what it starts from here on, is on this node."""
        handle = os.open(f"/run/netns/{self.prefix}{name}", os.O_RDONLY)
        try:
            _enter(handle)
        finally:
            os.close(handle)

    def leave(self):
        _enter(self.home)

    def cut(self, sender, receiver, how="blackhole"):
        """Nothing gets from `sender` to `receiver`. `how`: "blackhole" (silence), or "prohibit" (the sender
        is told that it may not)."""
        rule = ("from", self.address(sender), "to", self.address(receiver), how)
        if (sender, receiver) not in self.cuts:
            _run("ip", "-n", self.router, "rule", "add", *rule)
            self.cuts[sender, receiver] = rule

    def mend(self, sender, receiver):
        rule = self.cuts.pop((sender, receiver), None)
        if rule:
            _run("ip", "-n", self.router, "rule", "delete", *rule)

    def reset(self, name, other):
        """Ends every connection between the two by force; False if this kernel cannot."""
        return _run("ip", "netns", "exec", self.prefix + name, "ss", "-K", "dst", self.address(other), quiet=True)

    def slow_down(self, name, rate="256kbit"):
        """What `name` receives arrives at so much a second at most."""
        _run("tc", "-n", self.router, "qdisc", "add", "dev", f"to{self.numbers[name]}", "root",
             "tbf", "rate", rate, "burst", "16k", "latency", "400ms")

    def speed_up(self, name):
        _run("tc", "-n", self.router, "qdisc", "delete", "dev", f"to{self.numbers[name]}", "root")

    def remove(self):
        """After the processes in it have ended; the calling thread is where it was before."""
        self.leave()
        for space in reversed(self.made):
            _run("ip", "netns", "delete", space, quiet=True)
        self.made.clear()


def _enter(handle):
    if _libc.setns(handle, _CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "setns")
