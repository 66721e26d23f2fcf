"""What all rows of a comparison share: programs, cores, patience, and the load generator."""

import contextlib
import json
import os
import subprocess

from harness import machine, servers


class NotRun(Exception):
    """This row cannot be measured here; the sentence says why."""


class Context:
    def __init__(self, options, directory):
        self.options = options
        self.directory = directory
        self.rounds = options.rounds
        self.seconds = options.seconds
        self.server_cores, self.client_cores = machine.split_cores()
        self._runs = 0
        self.minikeyvalue = None
        if options.minikeyvalue:
            self.minikeyvalue = servers.Running("minikeyvalue", options.minikeyvalue, options.minikeyvalue_pids)

    def binary(self, name):
        path = os.path.join(os.path.abspath(self.options.build), "bin", name)
        if not os.path.exists(path):
            raise NotRun(f"there is no {path}: build it first (bench/README.md)")
        return path

    def need_minikeyvalue(self, with_pids=False):
        if self.minikeyvalue is None:
            raise NotRun("no minikeyvalue: start one and pass --minikeyvalue URL")
        if with_pids and not self.minikeyvalue.pids():
            raise NotRun("CPU per request needs --minikeyvalue-pids: its master and all its volume servers")
        return self.minikeyvalue

    def need_nginx(self):
        if not servers.find_nginx():
            raise NotRun("no nginx: install nginx-light (scripts/packages)")

    def fresh_run(self, stem):
        """A name for keys that nobody has written before."""
        self._runs += 1
        return f"{stem}-{os.getpid()}-{self._runs}"

    def _bench_command(self, workload, server, run, *flags):
        arguments = [self.binary("smol-bench"), workload, "--url", server.url, "--run", run, "--json"]
        arguments += ["--threads", str(len(self.client_cores))]
        if server.pids():
            arguments += ["--servers", ",".join(map(str, server.pids()))]
        return servers.pinned([*arguments, *map(str, flags)], self.client_cores)

    def bench(self, workload, server, run, *flags):
        """One run of smol-bench against `server`; its JSON."""
        try:
            return json.loads(servers.run(self._bench_command(workload, server, run, *flags)))
        except RuntimeError as failure:
            raise RuntimeError(f"{server.label}: {failure}") from None

    @contextlib.contextmanager
    def beside(self, workload, server, run, *flags):
        """smol-bench at work until the block ends."""
        command = self._bench_command(workload, server, run, "--warmup", "0ms", "--duration", "10m", *flags)
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
            try:
                yield
                if running.poll() is not None:
                    raise RuntimeError(f"{' '.join(command)}: ended with {running.returncode}: {running.stderr.read()}")
            finally:
                running.terminate()

    def slice_of(self, workload, server, run, *flags):
        """A timed slice of the usual length."""
        return self.bench(
            workload, server, run, "--duration", f"{int(self.seconds * 1000)}ms", "--warmup", "200ms", *flags
        )

    def fill(self, server, run, keys, size, connections=64):
        self.bench("put", server, run, "--keys", keys, "--size", size, "--connections", connections)

    def limit(self, loop, size, count=1):
        """One run of smol-limits; its JSON."""
        arguments = [self.binary("smol-limits"), loop, "--size", size, "--count", str(count)]
        arguments += ["--directory", self.directory, "--peer-core", str(self.client_cores[0] + 1)]
        return json.loads(servers.run(servers.pinned(arguments, self.server_cores)))
