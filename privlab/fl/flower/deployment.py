"""A federation of real processes on this machine: a server and its nodes, that talk over HTTP on loopback (lesson 55).

It is Flower (`flwr` 1.41). Its server is called SuperLink, a node SuperNode; what they run is an app, such as `app`
beside this file. Nothing is installed at run time, and nothing leaves the machine.
"""

import json
import os
import pathlib
import shutil
import tomllib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from privlab.arrays import Labels, Letters
from privlab.fl.flower.credentials import write_authority, write_connection, write_node_key, write_trusted
from privlab.fl.flower.programs import HERE, Programs
from privlab.fl.secagg.messages import Refused
from privlab.processes import HOST, belonging, free_ports, port_taken

APP = HERE / "app"
Arrays = list[NDArray[Any]]  # a model's, layer by layer: weights, biases, weights, biases


class Deployment:
    """A server and nodes, each a process of its own; a context that leaves no process, no port and no file behind.

    parts : of each node, its letters and labels, which it reads from its own file.
    forked : True to start programs by fork, which takes less time and memory and needs a POSIX system; False starts
        them as their users do.
    guarded : True for an encrypted line, a server with a certificate, and nodes whose keys the server has been told.
    fails : by a node's number, the round in which its client fails.
    port : where the server listens; left out, a free one.
    seconds : the time after which a start or a run that hangs is given up.
    Source: the Flower framework, https://flower.ai/docs.
    Not secure because all of it runs on one machine, under one user, who could look into each process.
    """

    def __init__(
        self,
        parts: Sequence[tuple[Letters, Labels]],
        *,
        forked: bool = False,
        guarded: bool = False,
        fails: Mapping[int, int] | None = None,
        port: int | None = None,
        seconds: float = 100,
    ) -> None:
        if forked and not hasattr(os, "fork"):
            print("This system cannot fork: the programs start as their users start them, which takes longer.")
            forked = False
        self.parts, self.forked, self.guarded, self.fails = list(parts), forked, guarded, dict(fails or {})
        self.port, self.seconds, self._submitted, self._nodes = port, seconds, 0, 0
        self._programs: Programs | None = None

    def __enter__(self) -> "Deployment":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def folder(self) -> pathlib.Path:
        """The folder that holds all files of the federation; `stop` deletes it."""
        return self._started().folder

    def _started(self) -> Programs:
        if self._programs is None:
            raise RuntimeError("there is no federation yet: start it")
        return self._programs

    def start(self) -> "Deployment":
        """The deployment itself, when its server answers and all nodes have joined.

        Raises ValueError for a port that is taken and a node without letters, TimeoutError for what does not answer,
        RuntimeError for a program that ends; whatever was started by then is stopped.
        """
        if self.port is not None and port_taken(self.port):
            raise ValueError(f"port {self.port} is taken by another program: name another one, or leave the port out")
        self._programs, self._submitted, self._nodes = Programs(self.forked, self.seconds), 0, len(self.parts)
        try:
            self._start_server()
            for number, (images, labels) in enumerate(self.parts):
                self._start_node(number, images, labels)
            for number in range(len(self.parts)):
                self._joined(number)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Ends all processes and deletes their files, within a few seconds. A second call does nothing."""
        if self._programs is not None:
            self._programs.close()

    def running(self) -> dict[str, int]:
        """How many processes of each of Flower's programs run, by name; forked ones are not told apart."""
        names = [os.path.basename(word) for one in belonging(str(self.folder)) for word in one.cmdline()[:2]]
        return {name: names.count(name) for name in sorted(set(names)) if name.startswith(("flower-", "flwr-"))}

    def left(self) -> int:
        """How much of the federation there is: its processes, 1 for its port and 1 for its folder; 0 before a start."""
        if self._programs is None:
            return 0
        return len(belonging(str(self.folder))) + port_taken(self.port or 0) + self.folder.exists()

    def join(
        self, images: Letters, labels: Labels, *, registered: bool = True, misled: bool = False, trusting: bool = True
    ) -> None:
        """Starts one more node and returns when the server has let it in.

        registered : False for a node whose key the server was never told.
        misled : True for one with another authority.
        trusting : False for a node that runs only apps which someone on its list has signed.
        Raises Refused when server or node does not trust the other; TimeoutError; ValueError where nobody has keys;
        RuntimeError when the federation was stopped.
        """
        if not self.guarded and (misled or not registered):
            raise ValueError("only a guarded federation has keys and certificates: start it with guarded=True")
        self._started().processes.check()
        number, self._nodes = self._nodes, self._nodes + 1
        self._start_node(number, images, labels, registered, misled, trusting)
        self._joined(number)

    def run(
        self, server: str = "server_fedavg", client: str = "client", app: pathlib.Path = APP, **config: Any
    ) -> dict[str, NDArray[Any]]:
        """What the app's server saved: `submit`, then `result`."""
        return self.result(self.submit(server, client, app, **config))

    def submit(
        self, server: str = "server_fedavg", client: str = "client", app: pathlib.Path = APP, **config: Any
    ) -> pathlib.Path:
        """The file in which the result of a run will be: hands the app in, as `flwr run` does, and does not wait.

        server, client : the files of the app that speak for the server and for the nodes.
        config : what the app's pyproject.toml lists, where it is to be something else.
        Raises RuntimeError when the server does not take it, or the federation was stopped.
        """
        self._started().processes.check()
        self._submitted += 1
        folder, out = self.folder / f"app{self._submitted}", self.folder / f"result{self._submitted}.npz"
        shutil.copytree(app, folder, ignore=shutil.ignore_patterns("__pycache__"))
        file = folder / "pyproject.toml"
        file.write_text(
            file.read_text()
            .replace('"server_fedavg:app"', f'"{server}:app"')
            .replace('"client:app"', f'"{client}:app"')
        )
        config = {"out": str(out), "nodes": len(self.parts)} | config
        words = " ".join(f"{key.replace('_', '-')}={json.dumps(value)}" for key, value in config.items())
        self._started().command("run", folder, "here", "--run-config", words)
        return out

    def result(self, out: pathlib.Path, seconds: float | None = None) -> dict[str, NDArray[Any]]:
        """What the server of a run saved in the file `out`; waits for it.

        Raises TimeoutError when it is not there after `seconds`, RuntimeError when the app's server failed.
        """
        self._started().until(
            out.exists, "the run has not ended: a node does not answer, or the app did not start", "superlink", seconds
        )
        with np.load(out) as saved:
            arrays = dict(saved)
        if "error" in arrays:
            raise RuntimeError(f"the app's server failed: {arrays['error']}")
        return arrays

    def needed_to_submit(self) -> list[str]:
        """What the connection of `flwr run` holds, names in the order of the alphabet."""
        self._started().processes.check()
        return sorted(tomllib.loads((self.folder / "home" / "config.toml").read_text())["superlink"]["here"])

    def _start_server(self) -> None:
        self.port = port = self.port or free_ports(1)[0]
        guards = ["--insecure"]
        if self.guarded:
            write_authority(self.folder)
            guards = "--ssl-ca-certfile ca.crt --ssl-certfile server.pem --ssl-keyfile server.key".split()
            guards.append("--enable-supernode-auth")
        write_connection(self.folder, "here", f"{HOST}:{port}", guarded=self.guarded)
        listen = "--host", HOST, "--port", port, "--disable-runtime-dependency-installation"
        self._started().start("superlink", "flower-superlink", *guards, *listen)
        self._started().until(lambda: port_taken(port), "the server does not answer", "superlink")

    def _start_node(
        self,
        number: int,
        images: Letters,
        labels: Labels,
        registered: bool = True,
        misled: bool = False,
        trusting: bool = True,
    ) -> None:
        if not len(images) == len(labels) > 0:
            raise ValueError(
                f"node {number} needs a letter at least, and a label for each: {len(images)} and {len(labels)} came"
            )
        file, key = self.folder / f"letters{number}.npz", self.folder / f"key{number}"
        np.savez(file, images=images, labels=labels)
        guards: list[object] = ["--insecure"]
        if self.guarded:
            write_node_key(key)
            if registered:
                self._started().command("supernode", "register", f"{key}.pub", "here")
            authority = self.folder / "another" if misled else self.folder
            if misled:
                authority.mkdir(exist_ok=True)
                write_authority(authority)
            guards = ["--root-certificates", authority / "ca.crt", "--auth-supernode-private-key", key]
        if not trusting:
            write_trusted(self.folder / "trusted.yaml")
            guards += ["--trusted-entities", self.folder / "trusted.yaml"]
        about = f"number={number} data={json.dumps(str(file))}"
        about += f" fails-in-round={self.fails[number]}" if number in self.fails else ""
        addresses = "--superlink", f"{HOST}:{self.port}", "--host", HOST, "--port", free_ports(1)[0]
        self._started().start(f"node{number}", "flower-supernode", *guards, *addresses, "--node-config", about)

    def _joined(self, number: int) -> None:
        name, programs = f"node{number}", self._started()

        def settled() -> bool:
            log = programs.processes.log(name)
            if "Failed to activate SuperNode" in log:
                raise Refused(f"the server does not let node {number} in: nobody has told it this node's key")
            if "CERTIFICATE_VERIFY_FAILED" in log:
                raise Refused(
                    f"node {number} does not trust the server: its certificate is of another authority than the "
                    "one this node was given"
                )
            return "SuperNode ID" in log

        try:
            programs.until(settled, f"node {number} has not joined", name)
        except BaseException:
            programs.processes.end(name)
            raise


def weights_of(saved: Mapping[str, NDArray[Any]], name: str) -> Arrays:
    """The arrays of one model out of what a server saved. name : as the app calls it, such as "average"."""
    return [saved[f"{name}{index}"] for index in range(sum(key.startswith(name) for key in saved))]


def furthest(one: Arrays, other: Arrays) -> float:
    """The largest difference of any number in the arrays of two models."""
    return max(float(np.abs(np.subtract(mine, yours)).max()) for mine, yours in zip(one, other, strict=True))
