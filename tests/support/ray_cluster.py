"""A cluster of Ray on this machine: every node has an address of the loopback network, and can be killed as a whole."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from attrs import define, field

# Ray takes 127.0.0.1 for the address of the machine's network, and these for what they are. Clusters of two programs
# must not meet.
_ADDRESS: Final = f"127.{1 + os.getpid() // 250 % 250}.{1 + os.getpid() % 250}.{{}}"
_MARK: Final = "NANONETS_TEST_NODE"
_MEMORY: Final = 100_000_000
_TRIES: Final = 3


def settings() -> dict[str, str]:
    """Return the environment of the nodes: nothing leaves this machine, and nothing is reported to anybody."""
    quiet = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_DISABLE_IMPORT_WARNING": "1", "RAY_DATA_DISABLE_PROGRESS_BARS": "1"}
    # Without this, nodes ask for the token that another program of Ray may have left in the home of the user.
    quiet["RAY_AUTH_MODE"] = "disabled"
    # Otherwise whatever else runs on the machine goes before the workers.
    quiet["RAY_worker_niceness"] = "0"
    loopback = {"no_proxy": "*", "NO_PROXY": "*"}
    return {**quiet, **loopback, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@define
class RayCluster:
    """Nodes of Ray, the first of which is the head.

    Attributes:
        folder: Where Ray keeps its logs; a short path, since sockets are in it.
        environment: Environment variables of all nodes.
        memory: Bytes of the object store of each node.
    """

    folder: Path
    environment: dict[str, str]
    memory: int = _MEMORY
    port: int = field(init=False)
    _nodes: int = field(default=0, init=False)

    def __attrs_post_init__(self) -> None:
        with socket.socket() as free:
            # Ray listens on all addresses.
            free.bind(("", 0))
            self.port = free.getsockname()[1]

    @property
    def address(self) -> str:
        """The address of the head."""
        return f"{_ADDRESS.format(2)}:{self.port}"

    def add_node(self, cpus: float = 1) -> str:
        """Start a node, and return its name."""
        name = _ADDRESS.format(2 + self._nodes)
        place = (
            ["--head", f"--port={self.port}", "--include-dashboard=false", "--no-monitor", f"--temp-dir={self.folder}"]
            if self._nodes == 0
            else [f"--address={self.address}"]
        )
        self._nodes += 1
        command = [
            sys.executable, "-c", "from ray.scripts.scripts import main; main()", "start", *place, f"--num-cpus={cpus}",
            f"--node-ip-address={name}", f"--object-store-memory={self.memory}", "--disable-usage-stats",
            "--include-log-monitor=false",
        ]  # fmt: skip
        environment = {**os.environ, **self.environment, _MARK: f"{self.folder}:{name}"}
        said = ""
        # Ray gives a node half a minute, which is too short on a busy machine.
        for _ in range(_TRIES):
            done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=180, check=False)
            said = done.stdout + done.stderr
            if not done.returncode:
                return name
            while self.kill(*self.processes(name)):
                pass
        raise RuntimeError(said)

    @property
    def nodes(self) -> list[str]:
        """The names of all nodes that were started, the head's first."""
        return [_ADDRESS.format(2 + number) for number in range(self._nodes)]

    def processes(self, name: str = "", title: str = "") -> list[int]:
        """Return the processes of a node, or of all, of which the command line contains some text."""
        mark = f"{_MARK}={self.folder}:{name}".encode()
        lines: dict[int, str] = {}
        children: dict[int, list[int]] = {}
        left: list[int] = []
        for entry in Path("/proc").iterdir():
            # A process may end while it is looked at.
            with suppress(OSError):
                if not entry.name.isdigit():
                    continue
                variables = (entry / "environ").read_bytes().split(b"\0")
                line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state == "Z":
                    continue
                process = int(entry.name)
                lines[process] = line
                children.setdefault(int(parent), []).append(process)
                if any(variable == mark or (not name and variable.startswith(mark)) for variable in variables):
                    left.append(process)
        # Some processes of Ray write their title over their environment, so children are found by their parent.
        found: set[int] = set()
        while left:
            found.add(process := left.pop())
            left += [child for child in children.get(process, []) if child not in found]
        return sorted(process for process in found if title in lines[process])

    def kill(self, *processes: int) -> int:
        """Kill processes with SIGKILL, and return how many there were."""
        killed = 0
        for process in processes:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                killed += 1
        return killed


@contextmanager
def running(
    folder: Path, environment: dict[str, str], cpus: list[float], memory: int = _MEMORY
) -> Generator[tuple[RayCluster, Any]]:
    """Start a cluster with a node for each number of CPUs, connect to it, and kill it in the end."""
    import ray

    cluster = RayCluster(folder, {**settings(), **environment}, memory)
    os.environ.update(settings())
    try:
        for count in cpus:
            cluster.add_node(count)
        ray.init(
            address=cluster.address, _node_ip_address=_ADDRESS.format(2), log_to_driver=False, logging_level="error"
        )
        yield cluster, ray
    finally:
        ray.shutdown()
        while cluster.kill(*cluster.processes()):
            pass
