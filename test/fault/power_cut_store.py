"""A cluster of which each process has a file system that can lose its power (power_cut.py)."""

import json
import os
import random
import shutil
import subprocess
import tempfile
import time

from power_cut_load import Load
from support import audit, client, fault_report
from support.cluster import Cluster
from support.file_systems import WITH_JOURNAL, WITHOUT_JOURNAL, FileSystem
from support.processes import wait_until
from support.register import ABSENT

VOLUMES = 3
# If the first volume loses even the name of what it staged, its replicas wait until the ticket is void.
TICKET_LIFETIME = "5s"
CUTS_OF_A_STORE = 25
BEFORE_CUT_SECONDS = (0.02, 0.4)  # of load
WRITEBACK_SHARE = 0.3  # of cuts: some of what is dirty has reached the disk shortly before
JOURNAL_SHARE = 0.25  # of cuts: the journal in memory reaches the disk, the pages do not
TARGETS = ("all", "index", "one volume", "two volumes")


class Store:
    """`with Store("xfs", "seed") as store:` then round after round."""

    def __init__(self, kind, seed, broken=""):
        self.seed = seed
        self.broken = broken
        self.directory = tempfile.mkdtemp(prefix="smol-cuts-", dir=os.environ.get("SMOL_TMP"))
        self.file_systems = []
        self.cluster = None
        self.load = None
        self.last = ""
        try:
            for name in ("index", *(f"volume{number + 1}" for number in range(VOLUMES))):
                self.file_systems.append(FileSystem(kind, name))
        except BaseException:
            self.stop()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        if self.cluster:
            self.cluster.kill_all()
        for one in self.file_systems:
            one.remove()
        shutil.rmtree(self.directory, ignore_errors=True)

    def prepare(self, number):
        """Before the cut of that number: a fresh store now and then."""
        if number % CUTS_OF_A_STORE == 0:
            self._renew(number)

    def round(self, number):
        """One cut; what it was, in numbers."""
        chance = random.Random(f"{self.seed}/{number}")
        target = chance.choice(TARGETS)
        begun = time.monotonic()
        self.load.start(chance.random())
        victims = self._cut(chance, target)
        for one in victims:
            self._plug_in(one)
        self.load.stop()
        back = time.monotonic()
        self.cluster.wait_ready()
        ready = time.monotonic()
        self._audit()
        done = self.load.counts()
        ended = time.monotonic()
        seconds = {"cutting": back - begun, "joining": ready - back, "auditing": ended - ready}
        return {target: 1, **done, **{f"seconds {name}": round(span, 3) for name, span in seconds.items()}}

    def _renew(self, number):
        if self.cluster:
            self._end_cluster()
        for one in self.file_systems:
            one.make()
        folder = os.path.join(self.directory, str(number))
        os.mkdir(folder)
        self.cluster = Cluster(
            0, ["--overwrite", "allow", "--ticket-lifetime", TICKET_LIFETIME], directory=folder, start=False,
            db=os.path.join(self.file_systems[0].path, "olivedb"),
        )
        for one in self.file_systems[1:]:
            self.cluster.add_volume(os.path.join(one.path, "volume"))
        if self.broken:
            for one in self.cluster.processes():
                one.environment["SMOL_BROKEN"] = self.broken
        self.cluster.start()
        self.load = Load(self.cluster.port)

    def _end_cluster(self):
        self.cluster.stop()
        shutil.rmtree(self.cluster.directory, ignore_errors=True)

    def _cut(self, chance, target):
        """Pulls the plug at a random moment; the numbers of the machines without power."""
        volumes = list(range(1, VOLUMES + 1))
        chance.shuffle(volumes)
        count = {"all": VOLUMES, "index": 0, "one volume": 1, "two volumes": 2}[target]
        victims = volumes[:count] + ([0] if target in ("all", "index") else [])
        chance.shuffle(victims)
        moment = time.monotonic() + chance.uniform(*BEFORE_CUT_SECONDS)
        how = WITH_JOURNAL if chance.random() < JOURNAL_SHARE else WITHOUT_JOURNAL
        self.last = f"{target} ({victims}), {'with' if how == WITH_JOURNAL else 'without'} journal"
        if chance.random() < WRITEBACK_SHARE:
            time.sleep(chance.uniform(0, moment - time.monotonic()))
            self.file_systems[chance.choice(victims)].flush()
        time.sleep(max(0.0, moment - time.monotonic()))  # a schedule, not a wait for something
        self._kill(victims)
        for one in victims:
            self.file_systems[one].cut(how)
        return victims

    def _kill(self, victims):
        """Before the disks: nobody outlives a power cut. A process that did would be told lies, for an
        fdatasync that is under way at that moment now and then succeeds although nothing is kept."""
        for one in victims:
            process = self.cluster.processes()[one]
            if process.is_running():
                process.process.kill()
        for one in victims:
            self.cluster.processes()[one].kill()

    def _plug_in(self, one):
        self.file_systems[one].plug_in()
        self.cluster.processes()[one].start()

    def _audit(self):
        """Every key holds what its history allows, and index and volumes agree on it."""
        registers = self.load.registers
        with client.Session() as session:
            for key, register in registers.items():
                if register.calls:
                    self._read(session, key, register)
        audit.check(self.cluster, expected=self._expected(), seconds=30.0)

    def _read(self, session, key, register):
        begun = time.monotonic()
        value = wait_until(lambda: self.load.read(session, key), f"{key} can be read", 20.0)[0]
        register.read(value, begun, time.monotonic())
        reason = register.violation()
        if reason:
            raise AssertionError(f"{key}: {reason}; {register.known()}")
        register.settle(value)

    def _expected(self):
        kept = {key: register.initial for key, register in self.load.registers.items()}
        return {key.encode(): self.load.bytes_of(value) for key, value in kept.items() if value != ABSENT}

    def keep_evidence(self, failure):
        """Where images, logs and histories are kept."""
        name = f"power_cut-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}"
        folder = os.path.join(fault_report.folder(), name)
        os.makedirs(folder)
        if self.cluster:
            self.cluster.kill_all()
            for one in self.cluster.processes():
                if os.path.exists(one.log_path):
                    shutil.copy(one.log_path, folder)
        for one in self.file_systems:
            one.unmount()
            copy = ["cp", "--sparse=always", one.image, folder]
            subprocess.run(copy, check=False)
        history = {key: one.known() for key, one in self.load.registers.items()} if self.load else {}
        with open(os.path.join(folder, "history.json"), "w", encoding="utf-8") as file:
            json.dump({"cut": self.last, "failure": str(failure), "history": history}, file, indent=1)
        return folder
