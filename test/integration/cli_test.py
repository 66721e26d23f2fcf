"""The smol command against real servers: what it stores, reads, prints, and how it ends (docs/OPERATIONS.md)."""

import glob
import json
import os
import pty
import re
import select
import signal
import subprocess
import tempfile

from support import audit
from support.case import Case, ClusterCase, main
from support.processes import Process, binary, free_port, wait_until

OK, FAILED, USAGE, NOT_FOUND, TEMPORARY, REFUSED, MISMATCH = 0, 1, 2, 4, 5, 6, 8


def environment(port):
    kept = {key: value for key, value in os.environ.items() if key != "PORT" and not key.startswith("SMOL_")}
    return {**kept, "SMOL_MASTER": f"http://localhost:{port}"}


def noise(size, seed=1):
    return b"".join((seed * 7919 + number).to_bytes(8, "big") for number in range(size // 8 + 1))[:size]


class CommandCase(ClusterCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *parts):
        return os.path.join(self.folder, *parts)

    def write(self, name, data):
        path = self.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
        return path

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def smol(self, *arguments, code=OK, stdin=b"", timeout=120):
        done = subprocess.run(
            [binary("smol"), *arguments], cwd=self.folder, env=environment(self.cluster.port), input=stdin,
            capture_output=True, timeout=timeout, check=False,
        )
        self.assertEqual(done.returncode, code, f"smol {arguments}: {done.stdout[-500:]} {done.stderr[-1500:]}")
        if code not in (OK, USAGE) and not done.stdout.startswith(b"smol "):  # status says it on its page
            self.assertRegex(done.stderr.decode(), r"^smol: .{20,}")
        return done


class Values(CommandCase):
    def test_a_value_goes_there_and_comes_back(self):
        for size in (0, 1, 65_536, 1 << 20, 5_000_000):
            with self.subTest(size=size):
                data = noise(size, seed=size + 1)
                self.write("in", data)
                told = self.smol("put", "in", f"/sizes/{size}", "--json").stdout
                self.assertEqual(json.loads(told)["bytes"], size)
                self.assertEqual(self.cluster.get(f"sizes/{size}").body, data)
                self.smol("get", f"sizes/{size}", "out")
                self.assertEqual(self.read("out"), data)
                self.assertEqual(self.smol("cat", f"sizes/{size}").stdout, data)
                self.assertEqual(self.smol("get", f"sizes/{size}", "-").stdout, data)

    def test_standard_input(self):
        for size in (0, 5, 3_000_000):
            with self.subTest(size=size):
                self.smol("put", "-", f"stdin/{size}", stdin=noise(size))
                self.assertEqual(self.cluster.get(f"stdin/{size}").body, noise(size))

    def test_headers_are_kept(self):
        self.write("page", b"<p>")
        self.smol("put", "page", "page", "--type", "text/html", "--meta", "colour=blue")
        read = self.cluster.get("page")
        self.assertEqual(read.header("Content-Type"), "text/html")
        self.assertEqual(read.header("Smol-Meta-colour"), "blue")

    def test_names_are_taken_from_where_they_come(self):
        self.write("deep/file name.txt", b"x")
        self.smol("put", "deep/file name.txt")
        self.smol("get", "/file name.txt")
        self.assertEqual(self.read("file name.txt"), b"x")
        os.mkdir(self.path("into"))
        self.smol("get", "file name.txt", "into")
        self.assertEqual(self.read("into/file name.txt"), b"x")

    def test_every_end_has_its_code(self):
        self.write("one", b"1")
        self.smol("put", "one", "codes")
        self.smol("put", "one", "codes", code=REFUSED)
        self.smol("put", "one", "codes", "--if-match", '"xxh3-0"', code=REFUSED)
        for row in (("get", "none", "x"), ("cat", "none"), ("rm", "none"), ("stat", "none"), ("get", "-r", "none", "x")):
            self.smol(*row, code=NOT_FOUND)
        self.assertFalse(glob.glob(self.path("x*")))
        self.smol("put", "missing", "k", code=FAILED)
        self.smol("put", ".", "k", code=FAILED)
        self.smol("get", "codes", "no/such/directory/x", code=FAILED)
        self.smol("rm", "codes", "none", code=NOT_FOUND)
        self.smol("cat", "codes", code=NOT_FOUND)
        for row in ((), ("gett", "k"), ("put",), ("put", "a", "b", "c"), ("get", ""), ("ls", "--colour"), ("rm", "/-/x")):
            self.smol(*row, code=USAGE)
        self.assertIn(b"did you mean 'get'", self.smol("gett", code=USAGE).stderr)
        self.smol("ls", "--master", f"http://localhost:{free_port()}", code=TEMPORARY)
        for name in ("dev", "put", "get", "cat", "rm", "ls", "stat", "status"):
            self.assertIn(f"Usage: smol {name}".encode(), self.smol(name, "--help").stdout)

    def test_if_match_replaces(self):
        self.write("one", b"1")
        self.write("two", b"2")
        etag = json.loads(self.smol("put", "one", "swap", "--json").stdout)["etag"]
        self.smol("put", "two", "swap", "--if-match", etag)
        self.smol("put", "one", "swap", "--if-match", etag, code=REFUSED)
        self.assertEqual(self.smol("cat", "swap").stdout, b"2")

    def test_a_reader_that_leaves_is_no_disaster(self):
        self.write("long", noise(3_000_000))
        self.smol("put", "long", "long")
        with subprocess.Popen(
            [binary("smol"), "cat", "long"], env=environment(self.cluster.port), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        ) as reading:
            self.assertEqual(reading.stdout.read(10), noise(10))
            reading.stdout.close()
            self.assertEqual((reading.wait(30), reading.stderr.read()), (FAILED, b""))


class Resuming(CommandCase):
    def setUp(self):
        super().setUp()
        self.data = noise(4_000_000, seed=9)
        self.write("in", self.data)
        self.key = f"resume/{self.id()}"
        self.smol("put", "in", self.key)

    def got(self):
        self.smol("get", self.key, "out")
        self.assertEqual(self.read("out"), self.data)
        self.assertFalse(os.path.exists(self.path("out.smol-part")))

    def test_a_part_is_completed_and_not_fetched_again(self):
        self.write("out.smol-part", self.data[:3_999_000])
        inode = os.stat(self.path("out.smol-part")).st_ino
        self.got()
        self.assertEqual(os.stat(self.path("out")).st_ino, inode)

    def test_any_other_part_does_no_harm(self):
        for part in (self.data, self.data + b"more", b"x" * 1000, b"x" * len(self.data), b"x" * 5_000_000, b""):
            with self.subTest(size=len(part)):
                self.write("out.smol-part", part)
                self.got()

    def test_killed_in_the_middle(self):
        reading = subprocess.Popen([binary("smol"), "get", self.key, "out"], cwd=self.folder, env=environment(self.cluster.port))
        wait_until(lambda: os.path.exists(self.path("out.smol-part")) or reading.poll() is not None, "the part begins")
        reading.kill()
        reading.wait()
        self.got()

    def test_a_file_that_is_there_is_replaced_only_by_a_whole_one(self):
        self.write("out", b"old")
        self.smol("get", "none", "out", code=NOT_FOUND)
        self.assertEqual(self.read("out"), b"old")
        self.got()


class Damage(CommandCase):
    def flip(self, volume, key):
        with open(os.path.join(volume.path, audit.blob_path(key.encode())), "r+b") as file:
            file.seek(1000)
            byte = file.read(1)
            file.seek(1000)
            file.write(bytes([byte[0] ^ 1]))

    def test_damage_is_found_here_even_where_the_volume_does_not_look(self):
        self.write("in", noise(2_000_000))
        self.smol("put", "in", "damaged")
        audit.wait_settled(self.cluster)
        self.flip(self.cluster.volumes[0], "damaged")
        self.flip(self.cluster.volumes[1], "damaged")
        self.smol("get", "damaged", "out")
        self.assertEqual(self.read("out"), noise(2_000_000))
        self.flip(self.cluster.volumes[2], "damaged")
        self.smol("get", "damaged", "bad", code=MISMATCH)
        self.assertFalse(os.path.exists(self.path("bad")))
        self.smol("cat", "damaged", code=MISMATCH)


class Trees(CommandCase):
    FILES = {
        "a": b"1", "b/c": b"22", "b/d/e f": b"", "ümlaut/ö": b"4", "odd/?#%20&": b"5", "big": noise(1_500_000),
        **{f"many/{number}": str(number).encode() for number in range(60)},
    }

    def tree(self, name):
        for path, data in self.FILES.items():
            self.write(f"{name}/{path}", data)

    def found(self, name):
        all_files = {}
        for folder, _, files in os.walk(self.path(name)):
            for file in files:
                path = os.path.join(folder, file)
                all_files[os.path.relpath(path, self.path(name))] = self.read(path)
        return all_files

    def test_a_tree_goes_there_and_comes_back(self):
        self.tree("in")
        os.symlink("a", self.path("in/link"))
        os.mkfifo(self.path("in/pipe"))
        told = self.smol("put", "-r", "in", "site", "--json")
        self.assertEqual(json.loads(told.stdout), {
            "stored": len(self.FILES), "bytes": sum(map(len, self.FILES.values())), "unchanged": 0, "failed": 0})
        self.assertIn(b"in/link: not a regular file", told.stderr)
        self.assertIn(b"in/pipe: not a regular file", told.stderr)
        self.smol("get", "-r", "/site", "out")
        self.assertEqual(self.found("out"), self.FILES)

        again = json.loads(self.smol("put", "-r", "in", "site/", "--json").stdout)
        self.assertEqual((again["stored"], again["unchanged"]), (0, len(self.FILES)))
        self.write("in/a", b"other")
        told = self.smol("put", "-r", "in", "site", code=REFUSED)
        self.assertIn(b"/site/a: ", told.stderr)
        self.assertIn(b"1 failed", told.stderr)

    def test_no_key_reaches_out_of_the_directory(self):
        for key in ("evil/../../out", "evil//etc/x", "evil/./x", "evil/", "evil/a/..", "evil/fine"):
            self.cluster.put(key, b"x", expect=201)
        os.mkdir(self.path("inner"))
        told = self.smol("get", "-r", "evil", "inner/to", code=FAILED)
        self.assertEqual(told.stderr.count(b"cannot be a file"), 5)
        self.assertEqual(self.found("."), {"inner/to/fine": b"x"})

    def test_a_link_in_the_way_is_not_followed(self):
        self.cluster.put("linked/door/x", b"x", expect=201)
        os.mkdir(self.path("outside"))
        os.mkdir(self.path("to"))
        os.symlink("../outside", self.path("to/door"))
        self.smol("get", "-r", "linked", "to", code=FAILED)
        self.assertEqual(os.listdir(self.path("outside")), [])


class Showing(CommandCase):
    def test_lists(self):
        keys = sorted(f"list/{number:04}" for number in range(1201))
        self.write("x", b"xyz")
        for number, key in enumerate(keys):
            self.write(f"in/{key}", str(number).encode())
        self.smol("put", "-r", "in/list", "list", "-j", "32")
        self.assertEqual(self.smol("ls", "list/").stdout.decode().split(), [f"/{key}" for key in keys])
        told = [json.loads(line) for line in self.smol("ls", "--json", "-l", "list/").stdout.splitlines()]
        self.assertEqual([line["key"] for line in told], [f"/{key}" for key in keys])
        self.assertEqual(told[7]["size"], 1)
        self.assertRegex(told[7]["etag"], '^"xxh3-[0-9a-f]{32}"$')
        self.assertRegex(self.smol("ls", "-l", "list/0007").stdout.decode(), r'^ +1  .* GMT  "xxh3-.*"  /list/0007\n$')
        self.assertEqual(self.smol("ls", "list/none").stdout, b"")

    def test_any_key_can_be_listed_and_named_again(self):
        for key in ("/slash", "a b", "ünï", "%41", "q?x=1&y#z", "-dash"):
            with self.subTest(key=key):
                self.smol("put", "-", "/any/" + key, stdin=key.encode())
                self.assertEqual(self.smol("cat", "any/" + key).stdout, key.encode())
        for line in self.smol("ls", "any/").stdout.decode().splitlines():
            self.assertEqual("/any/" + self.smol("cat", line).stdout.decode(), line)

    def test_stat_tells_where_the_files_lie(self):
        self.smol("put", "-", "where", stdin=b"found")
        audit.wait_settled(self.cluster)
        told = self.smol("stat", "where").stdout.decode()
        paths = re.findall(r"^ +(vol-\S+) +up +(\S+)", told, re.MULTILINE)
        self.assertEqual(len(paths), 3)
        directories = {self.cluster.volume_name(one): one.path for one in self.cluster.volumes}
        for name, path in paths:
            with open(os.path.join(directories[name], path), "rb") as file:
                self.assertEqual(file.read(), b"found")
        self.assertNotIn("ticket", told)
        self.assertEqual(json.loads(self.smol("stat", "where", "--json").stdout)["size"], 5)

    def test_progress_is_for_terminals_only(self):
        self.write("in", noise(30_000_000))
        self.assertEqual(self.smol("put", "in", "quiet").stderr, b"")
        for style, pattern in (("", rb"%.*MiB"), ("--progress=off", None)):
            parent, child = pty.openpty()
            with subprocess.Popen(
                [binary("smol"), "put", "in", f"bar{style}", *([style] if style else [])], cwd=self.folder,
                env=environment(self.cluster.port), stdout=subprocess.PIPE, stderr=child,
            ) as putting:
                os.close(child)
                shown = b""
                while putting.poll() is None or select.select([parent], [], [], 0)[0]:
                    if select.select([parent], [], [], 0.05)[0]:
                        try:
                            shown += os.read(parent, 65536)
                        except OSError:
                            break
                self.assertEqual(putting.wait(60), OK)
            os.close(parent)
            if pattern is None:
                self.assertEqual(shown, b"")
            elif shown:  # a very fast machine is done before the first tenth of a second
                self.assertRegex(shown, pattern)

    def test_status_gives_one_piece_of_advice(self):
        told = self.smol("status").stdout.decode()
        self.assertEqual(len(re.findall(r"^  vol-\S+ +up +good", told, re.MULTILINE)), 3)
        self.assertEqual(told.splitlines()[-1], "Next: Nothing: all is well.")


class Outages(CommandCase):
    def test_volumes_that_go_and_come(self):
        self.write("in", noise(300_000))
        self.smol("put", "in", "out")
        first, second, third = self.cluster.volumes
        self.cluster.kill(first)
        self.smol("get", "out", "a")
        self.assertEqual(self.read("a"), noise(300_000))
        name = self.cluster.volume_name(first)
        self.assertIn(f"Next: Start {name}", self.smol("status").stdout.decode())
        self.cluster.kill(second)
        self.smol("put", "in", "more", code=TEMPORARY)
        self.smol("status", code=TEMPORARY)
        self.cluster.kill(third)
        self.smol("get", "out", "b", code=TEMPORARY)
        self.smol("stat", "out")
        self.cluster.master.kill()
        self.smol("ls", code=TEMPORARY)
        self.cluster.start()
        self.smol("get", "out", "c")
        self.assertEqual(self.read("c"), noise(300_000))

    def test_a_frozen_volume_costs_time_and_nothing_else(self):
        self.write("in", noise(300_000))
        self.smol("put", "in", "frozen")
        frozen = self.cluster.volumes[0]
        frozen.process.send_signal(signal.SIGSTOP)
        try:
            wait_until(lambda: not self.cluster.is_up(frozen), "the master sees it")
            self.smol("get", "frozen", "a")
            self.smol("put", "in", "meanwhile")
        finally:
            frozen.resume()
        wait_until(lambda: self.cluster.is_up(frozen), "it is back")


class Dev(Case):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="smol-", dir=os.environ.get("SMOL_TMP"))
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def started(self, *arguments):
        one = Process("dev", [binary("smol"), "dev", "--port", "0", *arguments], self.folder)
        one.start()
        self.addCleanup(one.kill)
        wait_until(lambda: "Ctrl-C" in one.log() or not one.is_running(), "smol dev is ready")
        self.assertTrue(one.is_running(), one.log_tail())
        return one

    def curl_lines(self, one):
        return [line.strip() for line in one.log().splitlines() if line.startswith("  curl ")]

    def paste(self, line):
        done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_its_four_lines_work_when_pasted(self):
        one = self.started()
        put, get, list_all, delete = self.curl_lines(one)
        for _ in range(2):
            self.assertEqual(self.paste(put), "")
            self.assertEqual(self.paste(get), "hello, world")
            self.assertEqual(json.loads(self.paste(list_all)), {"next": "", "keys": ["/greeting"]})
            self.assertEqual(self.paste(delete), "")
            self.assertEqual(json.loads(self.paste(list_all))["keys"], [])
        self.assertEqual(one.terminate(), 0)

    def test_the_data_is_where_it_says_and_stays(self):
        one = self.started("some where")
        self.assertIn(f"Data: {os.path.realpath(self.folder)}/some where\n", one.log())
        put, get = self.curl_lines(one)[:2]
        self.paste(put)
        one.process.send_signal(signal.SIGINT)
        self.assertEqual(one.process.wait(40), 0)
        self.assertEqual(sorted(os.listdir(os.path.join(self.folder, "some where"))), ["olivedb", "volume1", "volume2", "volume3"])
        os.remove(one.log_path)
        one = self.started("some where")
        self.assertEqual(self.paste(self.curl_lines(one)[1]), "hello, world")
        self.assertEqual(one.terminate(), 0)
        self.assertEqual(one.faults(), [])

    def test_two_on_one_directory(self):
        one = self.started()
        done = subprocess.run(
            [binary("smol"), "dev", "--port", "0"], cwd=self.folder, capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, FAILED)
        self.assertRegex(done.stderr.splitlines()[-1], r"^smol: .{20,}")
        self.assertEqual(one.terminate(), 0)


if __name__ == "__main__":
    main()
