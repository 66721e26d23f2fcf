"""The README's commands, as they are printed there. Ports 9000 and up become free ones, in the commands and
in what they print; nothing else is changed."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile

from support import client
from support.case import Case, main
from support.processes import binary, free_port, wait_until

PORTS = 10  # 9000 to 9009 in the README

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))


def free_ports():
    """README's port -> a free one; neighbours stay neighbours."""
    while True:
        first = free_port()
        try:
            for port in range(first, first + PORTS):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return {str(9000 + number): first + number for number in range(PORTS)}
        except OSError:
            continue


def blocks(text):
    """Fenced blocks of the kind `console`: lists of (command, lines that follow it)."""
    for match in re.finditer(r"^```console\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        commands = []
        for line in match.group(1).splitlines():
            if line.startswith("$ "):
                commands.append((line[2:], []))
            else:
                commands[-1][1].append(line)
        yield commands


def read(log):
    log.seek(0)
    return log.read()


class Shell:
    """Runs commands in one directory, as someone would who types them; servers run on in the background."""

    def __init__(self, case, directory, ports):
        self.case = case
        self.directory = directory
        self.ports = ports
        self.running = []

    def substitute(self, text):
        return re.sub(r"\b90\d\d\b", lambda match: str(self.ports[match.group(0)]), text)

    def patterns(self, expected):
        return [re.escape(self.substitute(line)).replace("…", ".*") for line in expected]

    def run(self, command, expected):
        command = self.substitute(command)
        environment = {**os.environ, "SMOL_BIN": os.path.dirname(binary("smol"))}
        # The defaults of `smol dev` and of --master name port 9000.
        environment["PORT"] = str(self.ports["9000"])
        environment["SMOL_MASTER"] = f"http://localhost:{self.ports['9000']}"
        if re.search(r"\./master|\./volume|scripts/dev", command):
            log = open(os.path.join(self.directory, f"log-{len(self.running)}"), "w+", encoding="utf-8")
            process = subprocess.Popen(
                ["bash", "-c", command.rstrip(" &")], cwd=self.directory, env=environment, stdout=log, stderr=log,
                stdin=subprocess.DEVNULL, start_new_session=True,
            )
            self.running.append((process, log))
            self.wait_up(command)
            for pattern in self.patterns(expected):
                wait_until(lambda: re.search(f"^{pattern}$", read(log), re.MULTILINE), f"{command} prints {pattern}")
            return
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.directory, env=environment, capture_output=True, text=True, timeout=60,
            check=False,
        )
        self.case.assertEqual(done.returncode, 0, f"{command}\n{done.stdout}{done.stderr}")
        printed = done.stdout.strip().splitlines()
        wanted = self.patterns(expected)
        self.case.assertEqual(len(printed), len(wanted), f"{command}\nprinted {printed}, the README says {expected}")
        for line, pattern in zip(printed, wanted):
            self.case.assertRegex(line, f"^{pattern}$", command)

    def wait_up(self, command):
        """Until it is ready: the master with a volume, once both have been started."""
        process, log = self.running[-1]
        port = self.ports["9000"]

        def is_up():
            if process.poll() is not None:
                raise AssertionError(f"{command} ended\n{read(log)}")
            try:
                if "master" in command:
                    return client.request(port, "GET", "/-/health").status == 200
                return client.request(port, "GET", "/-/ready").status == 200
            except OSError:
                return False

        wait_until(is_up, f"{command} is ready")

    def stop(self):
        for process, log in reversed(self.running):
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
            log.close()


class Readme(Case):
    def setUp(self):
        with open(os.path.join(ROOT, "README.md"), encoding="utf-8") as file:
            self.text = file.read()
        folder = tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        self.addCleanup(folder.cleanup)
        self.directory = folder.name
        # What a reader has: the project, and its binaries in build/bin.
        os.makedirs(os.path.join(self.directory, "build"))
        shutil.copytree(os.path.dirname(binary("smol")), os.path.join(self.directory, "build/bin"))
        os.symlink(os.path.join(ROOT, "scripts"), os.path.join(self.directory, "scripts"))

    def test_the_commands_do_what_the_readme_says(self):
        found = [block for block in blocks(self.text) if not any("scripts/test" in command for command, _ in block)]
        self.assertGreaterEqual(len(found), 2)
        shell = None
        try:
            for block in found:
                for command, expected in block:
                    if re.search(r"scripts/dev|\./master", command):  # begins a store of its own
                        if shell:
                            shell.stop()
                        shell = Shell(self, self.directory, free_ports())
                    with self.subTest(command=command):
                        shell.run(command, expected)
        finally:
            if shell:
                shell.stop()

    def test_the_readme_says_the_same_as_the_scripts(self):
        for script in ("scripts/dev", "scripts/test"):
            self.assertIn(f"$ {script}", self.text)
            self.assertTrue(os.access(os.path.join(ROOT, script), os.X_OK))


if __name__ == "__main__":
    main()
