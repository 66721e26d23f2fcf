"""What stops a server from starting is said in one sentence, with an exit code that is not 0."""

import json
import os
import re
import socket
import subprocess
import tempfile

from support import client
from support.case import Case, main
from support.cluster import Cluster
from support.processes import Process, binary, free_port, wait_until


class StartUp(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def refused(self, *arguments, code=None, environment=None, directory=None):
        """Runs a server that must end by itself; gives its one sentence."""
        kept = {key: value for key, value in os.environ.items() if key != "PORT" and not key.startswith("SMOL_")}
        done = subprocess.run(
            [binary(arguments[0]), *arguments[1:]], cwd=directory or self.folder, env={**kept, **(environment or {})},
            capture_output=True, text=True, timeout=30, check=False,
        )
        self.assertNotEqual(done.returncode, 0, done.stderr)
        self.assertGreater(done.returncode, 0, f"died of a signal: {done.stderr}")
        if code is not None:
            self.assertEqual(done.returncode, code, done.stderr)
        # Events that were logged before (date first) are no part of the sentence.
        lines = [line for line in done.stderr.splitlines() if not re.match(r"\d{4}-.* info ", line)]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertGreater(len(lines[0]), 20)
        return lines[0]

    def test_bad_settings(self):
        rows = [
            ("--colour", "blue"), ("--port", "70000"), ("--port", "http"), ("--port", "-1"), ("--port", ""), ("--port",),
            ("--log-level", "loud"), ("--threads", "many"), ("--config", "/nonexistent/file.toml"), ("--connections-max", "1.5"),
        ]
        for name in ("master", "volume"):
            for row in rows:
                with self.subTest(name=name, row=row):
                    line = self.refused(name, *row, code=2)
                    self.assertIn(row[-1] if row[0] == "--config" else row[0], line)
            self.refused(name, code=2, environment={"PORT": "http"})
        for row in (("--replicas", "0"), ("--overwrite", "maybe"), ("--redirect", "sometimes"), ("--ticket-lifetime", "5"), ("stray",)):
            with self.subTest(row=row):
                self.refused("master", *row, code=2)
        for row in (("--md5", "never"), ("--reserve", "1 apple"), ("--master", "ftp://x")):
            with self.subTest(row=row):
                self.refused("volume", *row, code=2)

    def test_a_misspelt_flag_is_named_with_its_neighbour(self):
        self.assertIn("--replicas", self.refused("master", "--replica", "3", code=2))

    def test_a_file_of_settings_is_read_and_its_faults_are_named(self):
        path = os.path.join(self.folder, "settings.toml")
        for text in ("port = 'http'\n", "colour = 'blue'\n", "port = = 1\n"):
            with open(path, "w", encoding="ascii") as file:
                file.write(text)
            with self.subTest(text=text):
                self.assertIn("settings.toml", self.refused("master", "--config", path, code=2))

    def test_help_and_version(self):
        for name in ("master", "volume", "smol"):
            for flag in ("--help", "--version"):
                done = subprocess.run([binary(name), flag], capture_output=True, text=True, timeout=20, check=False)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                self.assertIn(name if flag == "--help" else ".", done.stdout)

    def test_a_port_that_is_taken(self):
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            port = taken.getsockname()[1]
            for name in ("master", "volume"):
                line = self.refused(name, "--port", str(port))
                self.assertIn(str(port), line)

    def test_two_servers_on_one_directory(self):
        with Cluster(1) as cluster:
            line = self.refused("master", "--db", cluster.db, "--port", str(free_port()))
            self.assertIn("olivedb", line)
            line = self.refused("volume", cluster.volumes[0].path, "--port", str(free_port()))
            self.assertIn("volume1", line)
            self.assertStatus(cluster.put("k", b"1"), 201)

    def test_a_directory_that_cannot_be(self):
        path = os.path.join(self.folder, "a file")
        with open(path, "w", encoding="ascii"):
            pass
        self.refused("master", "--db", path, "--port", str(free_port()))
        self.refused("volume", path, "--port", str(free_port()))
        self.refused("master", "--db", os.path.join(path, "below"), "--port", str(free_port()))
        self.refused("volume", os.path.join(path, "below"), "--port", str(free_port()))

    def test_a_newer_index(self):
        cluster = Cluster(1)
        with cluster:
            cluster.put("k", b"1", expect=201)
            cluster.master.terminate()
            done = subprocess.run(
                ["ldb", f"--db={cluster.db}", "--column_family=meta", "put", "format", "2"],
                capture_output=True, text=True, check=False,
            )
            self.assertEqual(done.returncode, 0, done.stderr)
            line = self.refused("master", "--db", cluster.db, "--port", str(free_port()))
            self.assertRegex(line, "newer")

    def test_a_newer_volume(self):
        with Cluster(1) as cluster:
            cluster.volumes[0].terminate()
            path = os.path.join(cluster.volumes[0].path, ".smol/volume.json")
            with open(path, encoding="utf-8") as file:
                facts = json.load(file)
            self.assertEqual(facts["format"], 1)
            facts["format"] = 2
            with open(path, "w", encoding="utf-8") as file:
                json.dump(facts, file)
            self.assertRegex(self.refused("volume", cluster.volumes[0].path, "--port", str(free_port())), "newer")
            with open(path, "w", encoding="utf-8") as file:
                file.write("{")
            self.assertIn("volume.json", self.refused("volume", cluster.volumes[0].path, "--port", str(free_port())))

    def test_a_volume_of_another_cluster(self):
        with Cluster(1) as one, Cluster(1) as other:
            one.put("k", b"1", expect=201)
            stranger = one.volumes[0]
            stranger.terminate()
            moved = Process(
                "stranger",
                [binary("volume"), stranger.path, "--port", str(stranger.port), "--master", f"http://localhost:{other.port}"],
                one.directory,
            )
            moved.start()
            try:
                moved.wait_dead()
            finally:
                moved.kill()
            self.assertEqual(moved.process.returncode, 1, moved.log())
            self.assertIn("cluster", moved.log().splitlines()[-1])
            self.assertEqual(len(other.status()["volumes"]), 1)

    def test_a_volume_waits_for_its_master(self):
        cluster = Cluster(1, start=False)
        with cluster:
            volume = cluster.volumes[0]
            volume.start()
            wait_until(lambda: self.answers(volume.port), "the volume answers")
            self.assertStatus(client.request(volume.port, "GET", "/-/health"), 200)
            self.assertStatus(client.request(volume.port, "GET", "/-/ready"), 503)
            cluster.master.start()
            cluster.wait_ready()
            self.assertStatus(cluster.put("k", b"1"), 201)

    @staticmethod
    def answers(port):
        try:
            return client.request(port, "GET", "/-/health").status
        except OSError:
            return None


if __name__ == "__main__":
    main()
