"""P1, P2 and P3 over `kill -9` of one process at each step of the write protocol (docs/TESTING.md):
after a restart nothing acknowledged is lost, a retry ends well, staging empties, index and volumes agree."""

import itertools

from support import audit, client
from support.case import Case, main
from support.cluster import Cluster
from support.processes import wait_until

MASTER = ["S1.admitted", "S2.answered", "S8.before", "S8.after", "S9.master"]
FIRST = [
    "S3.first", "S4.first", "S5.first.attributes", "S5.first.data", "S5.first.name", "S6.first", "S7.first", "S9.first",
    "S10.first.before", "S10.first.after",
]
OTHER = [
    "S3.replica", "S4.replica", "S5.replica.attributes", "S5.replica.data", "S5.replica.name", "S6.replica",
    "S10.replica.before", "S10.replica.after",
]
DELETE_MASTER = ["delete.before", "delete.after", "janitor.before", "janitor.after"]
DELETE_VOLUME = ["remove.before", "remove.after"]

# Small: one piece in memory. Large: many pieces, spliced.
SIZES = {"small": 1000, "large": 3_000_000}


class KillPoints(Case):
    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(3, ["--overwrite", "allow"])
        cls.numbers = itertools.count()

    @classmethod
    def tearDownClass(cls):
        cls.cluster.stop()

    def victim(self, role, key):
        if role == "master":
            return self.cluster.master
        first = self.cluster.first_volume(key)
        return first if role == "first" else next(one for one in self.cluster.volumes if one is not first)

    def attempt(self, method, key, body=None):
        """The response, or None if the connection ended without one."""
        target = client.path_of(key) + ("?redirect" if body is not None else "")
        try:
            return self.cluster.request(method, target, body, follow=True)
        except (OSError, client.http.client.HTTPException):
            return None

    def strike(self, role, failpoint, key, act):
        """Runs `act` with the failpoint armed in one process; then everything is up again."""
        victim = self.victim(role, key)
        self.cluster.restart(victim, failpoint)
        response = act()
        # Publishing and deliveries come after the answer.
        victim.wait_dead()
        self.assertEqual(victim.process.returncode, -9, f"{victim.name} did not die at {failpoint}")
        victim.start()
        self.cluster.wait_ready()
        return response

    def put_struck(self, role, failpoint, before, size):
        number = next(self.numbers)
        key = f"{failpoint}/{size}/{number}"
        old, new, newest = (bytes([letter]) * size for letter in b"onr")
        if before:
            self.cluster.put(key, old, expect=201)
        struck = self.strike(role, failpoint, key, lambda: self.attempt("PUT", key, new))
        committed = struck is not None and struck.status in (200, 201)
        read = self.cluster.get(key)
        allowed = {new} if committed else {new, old if before else None}
        found = read.body if read.status == 200 else None
        self.assertIn(read.status, (200, 404), repr(read))
        self.assertTrue(found in allowed, f"{failpoint}: read {read.status} {read.body[:10]!r}, answered {struck}")
        self.assertTrue(self.cluster.get(key).body == read.body, "the value changed without a write")
        retried = self.cluster.request("PUT", client.path_of(key), newest)
        self.assertIn(retried.status, (200, 201), repr(retried))
        self.assertTrue(self.cluster.get(key).body == newest)

    def check(self):
        try:
            audit.check(self.cluster)
        except AssertionError:
            self.cluster.failed = True
            raise

    def run_table(self, role, points, before):
        for failpoint in points:
            for name, size in SIZES.items():
                with self.subTest(failpoint=failpoint, role=role, size=name, overwrite=before):
                    self.put_struck(role, failpoint, before, size)
                    self.check()

    def test_put_master(self):
        self.run_table("master", MASTER, before=False)

    def test_put_first_volume(self):
        self.run_table("first", FIRST, before=False)

    def test_put_other_volume(self):
        self.run_table("other", OTHER, before=False)

    def test_overwrite_master(self):
        self.run_table("master", MASTER, before=True)

    def test_overwrite_first_volume(self):
        self.run_table("first", FIRST, before=True)

    def test_overwrite_other_volume(self):
        self.run_table("other", OTHER, before=True)

    def delete_struck(self, role, failpoint):
        key = f"{failpoint}/delete/{next(self.numbers)}"
        self.cluster.put(key, b"doomed", expect=201)
        audit.wait_settled(self.cluster)
        struck = self.strike(role, failpoint, key, lambda: self.attempt("DELETE", key))
        deleted = struck is not None and struck.status == 204
        read = self.cluster.get(key)
        if deleted:
            self.assertEqual(read.status, 404, f"{failpoint}: a deleted key is back: {read}")
        else:
            self.assertIn(read.status, (200, 404), repr(read))
        retried = self.cluster.request("DELETE", client.path_of(key))
        self.assertEqual(retried.status, 204 if read.status == 200 else 404, repr(retried))
        self.assertEqual(self.cluster.get(key).status, 404)

    def test_delete_master(self):
        for failpoint in DELETE_MASTER:
            with self.subTest(failpoint=failpoint):
                self.delete_struck("master", failpoint)
                self.check()

    def test_delete_volume(self):
        for failpoint in DELETE_VOLUME:
            for role in ("first", "other"):
                with self.subTest(failpoint=failpoint, role=role):
                    self.delete_struck(role, failpoint)
                    self.check()

    def test_everything_at_once(self):
        """All four processes die together, with values of every age on the way."""
        for round_number in range(3):
            acknowledged = {}
            for number in range(20):
                key = f"all/{round_number}/{number}"
                if self.cluster.put(key, key.encode() * 100).status in (200, 201):
                    acknowledged[key] = key.encode() * 100
            for one in [self.cluster.master, *self.cluster.volumes]:
                one.kill()
            for one in [self.cluster.master, *self.cluster.volumes]:
                one.start()
            self.cluster.wait_ready()
            self.assertEqual(len(acknowledged), 20)
            for key, value in acknowledged.items():
                self.assertTrue(self.cluster.get(key).body == value, key)
            self.check()

    def test_a_deletion_waits_for_a_volume_that_is_away(self):
        self.cluster.put("away", b"doomed", expect=201)
        audit.wait_settled(self.cluster)
        away = self.cluster.volumes[1]
        away.kill()
        wait_until(
            lambda: sum(one["state"] == "up" for one in self.cluster.status()["volumes"]) == 2, "the volume is missed"
        )
        self.assertStatus(self.cluster.request("DELETE", "/away"), 204)
        self.assertIn(audit.blob_path(b"away"), set(audit.blobs(away.path)))
        self.cluster.restart(self.cluster.master)
        away.start()
        self.cluster.wait_ready()
        self.check()
        self.assertNotIn(audit.blob_path(b"away"), set(audit.blobs(away.path)))


if __name__ == "__main__":
    main()
