"""What a result depends on besides the programs: kernel, cores, congestion control, noise."""

import os
import platform

WANTED_CONGESTION = ("cubic", "reno")


def _read(path, fallback=""):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read().strip()
    except OSError:
        return fallback


def congestion_control():
    return _read("/proc/sys/net/ipv4/tcp_congestion_control", "unknown")


def congestion_warning():
    """A sentence if the congestion control spoils transfers over loopback, else nothing."""
    now = congestion_control()
    if now in WANTED_CONGESTION:
        return ""
    return (
        f"tcp_congestion_control is {now}: bbr paces each socket by a timer, also over loopback, so bytes per second and "
        "CPU per byte of large transfers mean little. Run bench/compare --own-network as root, or set it for the machine: "
        "sysctl -w net.ipv4.tcp_congestion_control=cubic"
    )


def _file_system_of(directory):
    device, best, name = "", "", "unknown"
    for line in _read("/proc/mounts").splitlines():
        words = line.split()
        at = words[1]
        below = os.path.abspath(directory)
        if (below + "/").startswith(at.rstrip("/") + "/") and len(at) > len(best):
            device, best, name = words[0], at, words[2]
    has_journal = os.path.isdir(f"/proc/fs/jbd2/{os.path.basename(os.path.realpath(device))}-8")
    # Flushes are cheap without one, and making files is dear where files were deleted lately.
    return f"{name} without a journal" if name == "ext4" and not has_journal else name


def steal_ticks():
    """Hundredths of a second that the hypervisor gave to others, of all cores."""
    words = _read("/proc/stat").splitlines()[0].split()
    return int(words[8]) if len(words) > 8 else 0


def load_average():
    return os.getloadavg()[0]


def facts(directory):
    model = next(
        (line.split(":", 1)[1].strip() for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")),
        "unknown",
    )
    return {
        "kernel": platform.release(),
        "cores": os.cpu_count(),
        "cpu": model,
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "file_system": _file_system_of(directory),
        "congestion_control": congestion_control(),
        "load_average_before": round(load_average(), 2),
    }


def split_cores():
    """(cores of the servers, cores of the client): the halves, so that neither takes from the other."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        return cores, cores
    half = len(cores) // 2
    return cores[:half], cores[half:]
