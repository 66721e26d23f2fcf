"""Real processes for tests: `from support import ClusterTest, Cluster, audit, web, wait_until`."""

from . import web
from .audit import audit, settle
from .cluster import Cluster, ClusterTest
from .processes import Process, binary, free_port, wait_until

__all__ = [
    "Cluster",
    "ClusterTest",
    "Process",
    "audit",
    "binary",
    "free_port",
    "settle",
    "wait_until",
    "web",
]
