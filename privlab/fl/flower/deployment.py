"""A federation of real processes on this machine: a server and its nodes, that talk over HTTP on loopback (lesson 55).

The engine is Flower (`flwr` 1.41). Its server is called SuperLink, a node SuperNode; what they run is an app, such as
`app` beside this file. Nothing is installed at run time, and nothing leaves the machine.
"""

import json
import os
import shutil
import tomllib

import numpy as np

from privlab.fl.flower.credentials import write_authority, write_node_key, write_trusted
from privlab.fl.flower.processes import APP, HOST, Processes, taken
from privlab.fl.flower.supervisor import belonging
from privlab.fl.secagg.messages import Refused
from privlab.mpc.parties import free_ports


class Deployment:
    """A server and nodes, each a process of its own; a context that leaves no process, no port and no file behind.

    parts : list of (images uint8 [n, 28, 28], labels [n]), the letters of each node, which it reads from its own file.
    forked : True to start programs by fork, which takes less time and memory and needs a POSIX system; False starts
        them as their users do.
    guarded : True for an encrypted line, a server with a certificate, and nodes whose keys the server has been told.
    fails : dict from a node's number to the round in which its client fails.
    port : whole number, where the server listens; left out, a free one.
    seconds : float, the time after which a start or a run that hangs is given up.
    Source: the Flower framework, https://flower.ai/docs.
    Not secure because all of it runs on one machine, under one user, who could look into each process.
    """

    def __init__(self, parts, forked=False, guarded=False, fails=(), port=None, seconds=100):
        if forked and not hasattr(os, "fork"):
            print("This system cannot fork: the programs start as their users start them, which takes longer.")
            forked = False
        self.parts, self.forked, self.guarded, self.fails = list(parts), forked, guarded, dict(fails)
        self.port, self.seconds, self._processes = port, seconds, None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def folder(self):
        """The Path of the folder that holds all files of the federation; `stop` deletes it."""
        return self._processes.folder

    def start(self):
        """The engine itself, when its server answers and all nodes have joined.

        Raises ValueError for a port that is taken and a node without letters, TimeoutError for what does not answer,
        RuntimeError for a program that ends; whatever was started by then is stopped.
        """
        if self.port is not None and taken(self.port):
            raise ValueError(f"port {self.port} is taken by another program: name another one, or leave the port out")
        self._processes, self._submitted, self._nodes = Processes(self.forked, self.seconds), 0, len(self.parts)
        try:
            self._start_server()
            for number, part in enumerate(self.parts):
                self._start_node(number, *part)
            for number in range(len(self.parts)):
                self._joined(number)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self):
        """None; ends all processes and deletes their files, within a few seconds. A second call does nothing."""
        if self._processes is not None:
            self._processes.close()

    def running(self):
        """How many processes of each of the engine's programs run, a dict by name; forked ones are not told apart."""
        names = [os.path.basename(word) for each in belonging(str(self.folder)) for word in each.cmdline()[:2]]
        return {name: names.count(name) for name in sorted(set(names)) if name.startswith(("flower-", "flwr-"))}

    def left(self):
        """How much of the federation there is: its processes, plus 1 for its port and 1 for its folder; 0 without a
        start.
        """
        return (
            0 if self._processes is None else len(belonging(str(self.folder))) + taken(self.port) + self.folder.exists()
        )

    def join(self, images, labels, registered=True, misled=False, trusting=True, seconds=None):
        """None; starts one more node and returns when the server has let it in.

        registered : False for a node whose key the server was never told. misled : True for one with another authority.
        trusting : False for a node that runs only apps which someone on its list has signed.
        Raises Refused when server or node does not trust the other; TimeoutError; ValueError where nobody has keys.
        """
        if not self.guarded and (misled or not registered):
            raise ValueError("only a guarded federation has keys and certificates: start it with guarded=True")
        number, self._nodes = self._nodes, self._nodes + 1
        self._start_node(number, images, labels, registered, misled, trusting)
        self._joined(number, seconds)

    def run(self, server="server_fedavg", client="client", seconds=None, **config):
        """What the app's server saved, a dict of arrays: `submit`, then `result`."""
        return self.result(self.submit(server, client, **config), seconds)

    def submit(self, server="server_fedavg", client="client", app=APP, **config):
        """The file in which the result of a run will be: hands the app in, as `flwr run` does, and does not wait.

        server, client : the files of the app that speak for the server and for the nodes.
        app : Path of another app. config : what the app's pyproject.toml lists, where it is to be something else.
        Raises RuntimeError when the server does not take it, or the federation was stopped.
        """
        self._processes.check()
        self._submitted += 1
        folder, out = self.folder / f"app{self._submitted}", self.folder / f"result{self._submitted}.npz"
        shutil.copytree(app, folder, ignore=shutil.ignore_patterns("__pycache__"))
        file = folder / "pyproject.toml"
        file.write_text(
            file.read_text()
            .replace('"server_fedavg:app"', f'"{server}:app"')
            .replace('"client:app"', f'"{client}:app"')
        )
        config = {"out": str(out), "nodes": len(self.parts)} | {
            key.replace("_", "-"): each for key, each in config.items()
        }
        self._processes.command(
            "run", folder, "here", "--run-config", " ".join(f"{key}={json.dumps(each)}" for key, each in config.items())
        )
        return out

    def result(self, out, seconds=None):
        """What the server of a run saved, a dict of arrays; waits for it. out : Path, of `submit`.

        Raises TimeoutError when it is not there after `seconds`, RuntimeError when the app's server failed.
        """
        self._processes.until(
            out.exists, "the run has not ended: a node does not answer, or the app did not start", "superlink", seconds
        )
        with np.load(out) as saved:
            found = dict(saved)
        if "error" in found:
            raise RuntimeError(f"the app's server failed: {found['error']}")
        return found

    def needed_to_submit(self):
        """What the connection of `flwr run` holds, a sorted list of names."""
        return sorted(tomllib.loads((self.folder / "home" / "config.toml").read_text())["superlink"]["here"])

    def _start_server(self):
        self.port = self.port or free_ports(1)[0]
        guards, line = ["--insecure"], "insecure = true"
        if self.guarded:
            write_authority(self.folder)
            guards = [
                "--ssl-ca-certfile",
                "ca.crt",
                "--ssl-certfile",
                "server.pem",
                "--ssl-keyfile",
                "server.key",
                "--enable-supernode-auth",
            ]
            line = f"root-certificates = '{self.folder / 'ca.crt'}'"
        (self.folder / "home").mkdir()
        (self.folder / "home" / "config.toml").write_text(
            f'[superlink]\ndefault = "here"\n[superlink.here]\naddress = "{HOST}:{self.port}"\n{line}\n'
        )
        self._processes.start(
            "superlink",
            "flower-superlink",
            *guards,
            "--host",
            HOST,
            "--port",
            self.port,
            "--disable-runtime-dependency-installation",
        )
        self._processes.until(lambda: taken(self.port), "the server does not answer", "superlink")

    def _start_node(self, number, images, labels, registered=True, misled=False, trusting=True):
        if not len(images) == len(labels) > 0:
            raise ValueError(
                f"node {number} needs a letter at least, and a label for each: {len(images)} and {len(labels)} came"
            )
        file, key = self.folder / f"letters{number}.npz", self.folder / f"key{number}"
        np.savez(file, images=images, labels=labels)
        guards = ["--insecure"]
        if self.guarded:
            write_node_key(key)
            if registered:
                self._processes.command("supernode", "register", f"{key}.pub", "here")
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
        self._processes.start(
            f"node{number}",
            "flower-supernode",
            *guards,
            "--superlink",
            f"{HOST}:{self.port}",
            "--host",
            HOST,
            "--port",
            free_ports(1)[0],
            "--node-config",
            about,
        )

    def _joined(self, number, seconds=None):
        name, said = f"node{number}", self._processes.log

        def settled():
            if "Failed to activate SuperNode" in said(name):
                raise Refused(f"the server does not let node {number} in: nobody has told it this node's key")
            if "CERTIFICATE_VERIFY_FAILED" in said(name):
                raise Refused(
                    f"node {number} does not trust the server: its certificate is of another authority than the "
                    "one this node was given"
                )
            return "SuperNode ID" in said(name)

        try:
            self._processes.until(settled, f"node {number} has not joined", name, seconds)
        except BaseException:
            self._processes.end(name)
            raise


def weights_of(found, name):
    """The arrays of one model out of what a server saved, a list. name : str, as the app calls it, such as "average"."""
    return [found[f"{name}{place}"] for place in range(sum(key.startswith(name) for key in found))]


def furthest(one, other):
    """The largest difference of any number in two lists of arrays."""
    return max(float(np.abs(np.subtract(mine, yours)).max()) for mine, yours in zip(one, other, strict=True))
