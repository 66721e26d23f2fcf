"""Base of the integration tests, and their main(): exit code 77 means that every test was skipped."""

import sys
import unittest

from support.cluster import Cluster

SKIPPED = 77


class Case(unittest.TestCase):
    maxDiff = 4000
    longMessage = True

    def assertStatus(self, response, status):
        self.assertEqual(response.status, status, repr(response))
        return response

    def assertRefused(self, response, status, code, key=None):
        """A refusal: its status, and a JSON body that says what, why and what to do."""
        self.assertEqual(response.status, status, repr(response))
        self.assertEqual(response.header("Content-Type"), "application/json")
        body = response.json()
        self.assertEqual(body["code"], code, repr(response))
        self.assertGreater(len(body["message"]), 15)
        self.assertEqual(body["request_id"], response.header("Smol-Request-Id"))
        if key is not None:
            self.assertEqual(body["key"], key)
        return body


class ClusterCase(Case):
    """All tests of the class share one cluster."""

    volumes = 3
    master_flags = ()
    volume_flags = ()

    @classmethod
    def setUpClass(cls):
        cls.cluster = Cluster(cls.volumes, cls.master_flags, cls.volume_flags)
        cls.any_failed = False

    @classmethod
    def tearDownClass(cls):
        cls.cluster.failed = cls.any_failed
        cls.cluster.stop()

    def run(self, result=None):
        before = (len(result.failures), len(result.errors))
        done = super().run(result)
        if (len(result.failures), len(result.errors)) != before:
            type(self).any_failed = True
        return done


def main():
    program = unittest.main(module="__main__", verbosity=2, exit=False)
    result = program.result
    if not result.wasSuccessful():
        sys.exit(1)
    if result.skipped and len(result.skipped) >= result.testsRun:
        sys.exit(SKIPPED)
