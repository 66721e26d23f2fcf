"""The measuring tools measure what they say: counts, never times (bench/README.md)."""

import json
import os
import subprocess
import tempfile

from support.case import ClusterCase, main
from support.processes import binary

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "../.."))
BUILD = os.environ.get("SMOL_BUILD", os.path.join(ROOT, "build/dev"))


class Load(ClusterCase):
    master_flags = ("--log-level", "warning")
    volume_flags = ("--log-level", "warning")

    def bench(self, workload, run, *flags, code=0):
        """One run; its JSON."""
        url = f"http://127.0.0.1:{self.cluster.port}"
        arguments = [binary("smol-bench"), workload, "--url", url, "--run", run, "--json", *map(str, flags)]
        done = subprocess.run(arguments, capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, code, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return json.loads(done.stdout)

    def keys(self, run):
        return self.cluster.request("GET", f"/{run}/?list").json()["keys"]

    def test_put_writes_each_key_once_and_get_compares_every_byte(self):
        size = ("--size", "zipf:1..3MiB", "--keys", 40)
        written = self.bench("put", "sizes", *size, "--connections", 8)
        self.assertEqual((written["operations"], written["failed"]), (40, 0))
        self.assertEqual(len(self.keys("sizes")), 40)
        read = self.bench("get", "sizes", *size, "--connections", 8, "--threads", 2, "--duration", "1s", "--warmup", "0ms")
        self.assertGreater(read["operations"], 0)
        self.assertEqual(read["failed"], 0, read)
        self.assertEqual(read["by_operation"]["get"]["operations"], read["operations"])
        # The same keys, but not what this seed would have written.
        other = self.bench("get", "sizes", *size, "--seed", 2, "--count", 30, code=1)
        self.assertEqual((other["operations"], other["failed"]), (0, 30), other)
        self.assertEqual(set(other["errors"]), {"wrong_content"})
        shorter = self.bench("get", "sizes", "--size", "7MiB", "--keys", 40, "--count", 20, code=1)
        self.assertEqual(shorter["errors"], {"wrong_length": 20})

    def test_remembered_places_are_read_without_asking_again(self):
        flags = ("--keys", 20, "--size", "1KiB", "--connections", 4, "--remember")
        found = self.bench("get", "remembered", *flags, "--fill", "--count", 200)
        self.assertEqual((found["operations"], found["failed"]), (200, 0))
        self.assertEqual(found["fill"]["operations"], 20 + 20)

    def test_mixed_knows_what_each_key_holds(self):
        flags = ("--keys", 60, "--size", "1..100KiB", "--fill", "--connections", 8, "--threads", 2, "--law", "zipf")
        found = self.bench("mixed", "mixed", *flags, "--mix", "get=2,put=1,delete=1", "--count", 400)
        self.assertEqual((found["operations"], found["failed"]), (400, 0), found["errors"])
        self.assertEqual(set(found["by_operation"]), {"get", "put", "delete"})
        gone = found["by_operation"]["delete"]["operations"] - found["by_operation"]["put"]["operations"]
        self.assertEqual(len(self.keys("mixed")), 60 - gone)

    def test_thrash_leaves_nothing_behind(self):
        found = self.bench("thrash", "thrash", "--size", "100", "--count", 30, "--connections", 4)
        self.assertEqual((found["operations"], found["failed"]), (90, 0), found["errors"])
        self.assertGreater(found["cycles_per_second"], 0)
        self.assertEqual(self.keys("thrash"), [])

    def test_answers_of_the_master_alone(self):
        self.bench("put", "answers", "--keys", 10, "--size", "1")
        self.assertEqual(self.bench("redirect", "answers", "--keys", 10, "--count", 50)["operations"], 50)
        self.assertEqual(self.bench("missing", "answers", "--count", 50)["operations"], 50)
        listed = self.bench("list", "answers", "--count", 3)
        self.assertEqual((listed["operations"], listed["keys_listed"]), (3, 30))
        absent = self.bench("redirect", "nobody", "--keys", 10, "--count", 5, code=1)
        self.assertEqual(absent["errors"], {"status_404": 5})
        self.assertEqual(self.bench("delete", "answers", "--keys", 10)["operations"], 10)
        self.assertEqual(self.keys("answers"), [])

    def test_an_open_loop_begins_as_often_as_it_says(self):
        flags = ("--keys", 5, "--fill", "--size", "100", "--rate", 50, "--duration", "1s", "--warmup", "200ms")
        found = self.bench("get", "open", *flags, "--connections", 8, "--threads", 2)
        self.assertAlmostEqual(found["operations"] + found["unstarted"], 50, delta=2)
        self.assertEqual(found["failed"], 0)

    def test_a_server_that_is_not_there_is_an_error(self):
        flags = ("--url", "http://127.0.0.1:1", "--keys", 1, "--count", 3, "--connections", 1)
        found = self.bench("get", "x", *flags, code=1)
        self.assertEqual(found["errors"], {"connect": 3})

    def test_server_cpu_is_that_of_the_processes_named(self):
        flags = ("--keys", 10, "--fill", "--size", "1KiB", "--count", 200)
        pids = ",".join(str(one.pid) for one in self.cluster.processes())
        self.assertGreater(self.bench("get", "cpu", *flags, "--servers", pids)["server_cpu_seconds"], 0)
        self.assertEqual(self.bench("get", "cpu2", *flags)["server_cpu_seconds"], 0)


class Comparison(ClusterCase):
    volumes = 1

    def test_the_raw_loops_move_every_byte(self):
        for loop in ("sendfile", "splice", "splice-xxh3", "copy", "copy-xxh3"):
            with self.subTest(loop):
                arguments = [binary("smol-limits"), loop, "--size", "3M", "--chunk", "256K", "--count", "2"]
                arguments += ["--directory", self.cluster.directory, "--peer-core", "1"]
                done = subprocess.run(arguments, capture_output=True, text=True, timeout=60, check=True)
                found = json.loads(done.stdout)
                self.assertEqual(found["bytes"], 6 * 2**20)
                self.assertGreater(found["server_cpu_seconds"], 0)

    def test_rows_by_name_and_their_drawing(self):
        with tempfile.TemporaryDirectory(dir=self.cluster.directory) as directory:
            result = os.path.join(directory, "result.json")
            compare = [os.path.join(ROOT, "bench/compare"), "--build", BUILD, "--directory", directory]
            rows = ["redirect-limit", "thrash"]
            done = subprocess.run(
                [*compare, "--rounds", "1", "--seconds", "2", "--json", result, *rows],
                capture_output=True,
                text=True,
                timeout=200,
                check=False,
            )
            self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
            with open(result, encoding="utf-8") as file:
                found = json.load(file)
            self.assertEqual([row["name"] for row in found["rows"]], rows)
            self.assertGreater(found["rows"][0]["ratio"]["median"], 0)
            self.assertIn("not run: no minikeyvalue", done.stdout)
            self.assertIn("congestion_control", found["machine"])
            subprocess.run([os.path.join(ROOT, "bench/plot"), result, "--to", directory], timeout=60, check=True)
            for name in ("ratios.svg", "cpu.svg"):
                with open(os.path.join(directory, name), encoding="utf-8") as file:
                    self.assertTrue(file.read().startswith("<svg"))

    def test_an_unknown_row_is_refused(self):
        done = subprocess.run(
            [os.path.join(ROOT, "bench/compare"), "no-such-row"], capture_output=True, text=True, timeout=60, check=False
        )
        self.assertEqual(done.returncode, 2)
        self.assertIn("redirect-limit", done.stderr)


if __name__ == "__main__":
    main()
