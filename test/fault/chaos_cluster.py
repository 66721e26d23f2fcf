"""A cluster whose processes each have a machine's worth of trouble of their own: a network node, and for
each volume a small disk."""

import os
import secrets

from support.cluster import Cluster
from support.network import Network
from support.small_disk import SmallDisk

CLIENTS = "clients"  # the node of everything that is not a server


def _described(path):
    try:
        marks = {mark: os.getxattr(path, mark).decode(errors="replace") for mark in os.listxattr(path)}
        return f"{path} {os.path.getsize(path)} {marks}"
    except OSError as failure:
        return f"{path} {failure}"


class ChaosCluster(Cluster):
    """Not started. The calling thread is on the node of the clients until stop()."""

    def __init__(self, volumes, environment, directory):
        names = ["master", *(f"volume{number}" for number in range(1, volumes + 1))]
        self.disks = []
        self.network = Network([CLIENTS, *names])
        self.host = self.network.address("master")
        try:
            self._build(volumes, environment, directory)
        except BaseException:
            self._remove_machines()
            raise

    def _build(self, volumes, environment, directory):
        secret = os.path.join(directory, "secret")
        with open(os.open(secret, os.O_WRONLY | os.O_CREAT, 0o400), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        flags = ["--secret-file", secret]
        super().__init__(
            0, [*flags, "--listen", self.host, "--overwrite", "allow"], flags, directory, start=False
        )
        for number in range(1, volumes + 1):
            self.disks.append(SmallDisk())
            where = ["--listen", self.network.address(f"volume{number}")]
            self.add_volume(os.path.join(self.disks[-1].path, "volume"), where)
        for one in self.processes():
            one.enter = self._entering(one.name)
            one.environment = environment
        self.network.enter(CLIENTS)

    def _entering(self, name):
        return lambda: self.network.enter(name)

    def disk_of(self, one):
        return self.disks[self.volumes.index(one)]

    def logs(self):
        return f"logs: {self.directory}"  # they stay there, and are long

    def keep_evidence(self):
        """What the volumes hold, as text: their disks are removed at the end."""
        for one in self.volumes:
            with open(os.path.join(self.directory, f"{one.name}.files"), "w", encoding="utf-8") as file:
                for folder, _, names in os.walk(one.path):
                    for name in names:
                        file.write(_described(os.path.join(folder, name)) + "\n")

    def stop(self):
        try:
            super().stop()
        finally:
            self._remove_machines()

    def _remove_machines(self):
        for disk in self.disks:
            disk.remove()
        self.disks.clear()
        self.network.remove()
