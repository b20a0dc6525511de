"""What each machine of a federation on several machines gets: certificates, keys, and the commands to type (lesson 55).

As a program: `python -m privlab.fl.flower.installation FOLDER --host NAME_OR_ADDRESS --nodes 2 --days 30`.
"""

import argparse
import pathlib
import shlex
from collections.abc import Sequence

from privlab.fl.flower.credentials import write_authority, write_connection, write_node_key
from privlab.fl.flower.programs import HERE, QUIET
from privlab.validation import whole_number

PORT = 8000
EXPORT = " ".join(["export", *(f"{name}={value}" for name, value in QUIET.items())])
NAME = "ours"  # of the federation, in config.toml


def write_installation(
    folder: pathlib.Path, hosts: Sequence[str], nodes: int, *, days: float = 30, port: int = PORT
) -> None:
    """Writes to a new folder what a server and its nodes need to know each other.

    ca.crt, server.pem, server.key : see `write_authority`; key0, key0.pub ... : a pair of keys for each node.
    home/config.toml : the server's address and its authority, for whoever hands an app in.
    commands.txt : what `commands` returns.
    hosts : names and addresses under which the nodes call the server, the first of them in the commands.
    Raises ValueError for no host, no nodes, no days or an impossible name, FileExistsError where the folder is.
    """
    text = commands(hosts, nodes, port=port)
    if folder.exists():
        raise FileExistsError(f"{folder} exists: name a new folder, so that no key is written over")
    folder.mkdir(parents=True)
    try:
        write_authority(folder, hosts, days=days)
    except ValueError:
        folder.rmdir()  # nothing was written, so that the same name can be tried again
        raise
    for number in range(nodes):
        write_node_key(folder / f"key{number}")
    write_connection(folder, NAME, f"127.0.0.1:{port}", guarded=True)
    (folder / "commands.txt").write_text(text)


def commands(hosts: Sequence[str], nodes: int, *, port: int = PORT, app: str | pathlib.Path | None = None) -> str:
    """The commands to type on the server and on each node, in bash, with a comment before each group.

    hosts, nodes, port : as in `write_installation`. app : the folder of the app; left out, the one beside this file.
    Raises ValueError for no host and no nodes.
    """
    if isinstance(hosts, str) or not hosts:
        raise ValueError("hosts is a list of the server's names and addresses, one at least")
    nodes = whole_number("the number of nodes", nodes)
    if whole_number("the port", port) > 65_535:
        raise ValueError(f"a port is at most 65535, got {port}")
    server = f"[{hosts[0]}]" if ":" in hosts[0] else hosts[0]
    app = shlex.quote(str(app or HERE / "app"))
    lines = [
        "# On the server, in this folder, under an account without rights. Whoever reaches the",
        "# port and has ca.crt runs code here and on every node: let in the nodes alone.",
        f"sudo ufw allow from NODE to any port {port} proto tcp",
        f'{EXPORT} FLWR_HOME="$PWD/home"',
        f"flower-superlink --host 0.0.0.0 --port {port} --ssl-ca-certfile ca.crt \\",
        "  --ssl-certfile server.pem --ssl-keyfile server.key --enable-supernode-auth \\",
        "  --disable-runtime-dependency-installation",
    ]
    for number in range(nodes):
        lines += [
            "",
            f"# On node {number}, under an account that can read nothing but its folder. There lie ca.crt,",
            f"# key{number}, and letters.npz with images (uint8 [n, 28, 28]) and labels ([n]).",
            EXPORT,
            f"flower-supernode --superlink {server}:{port} --root-certificates ca.crt \\",
            f"  --auth-supernode-private-key key{number} --host 127.0.0.1 --port {9100 + number} \\",
            f"  --node-config 'number={number} data=\"letters.npz\"'",
        ]
    lines += [
        "",
        "# On the server, in a second window and the same folder. The model will be in",
        "# result.npz, where the server was started.",
        f'{EXPORT} FLWR_HOME="$PWD/home"',
        *(f"flwr supernode register key{number}.pub {NAME}" for number in range(nodes)),
        f"flwr run {app} {NAME} \\",
        f"  --run-config 'nodes={nodes} rounds=3' --stream",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Writes an installation, and says where."""
    parser = argparse.ArgumentParser(description=write_installation.__doc__.splitlines()[0])  # type: ignore[union-attr]
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--host", action="append", required=True, help="a name or an address of the server")
    parser.add_argument("--nodes", type=int, default=2)
    parser.add_argument("--days", type=float, default=30, help="how long the certificates are good")
    parser.add_argument("--port", type=int, default=PORT)
    wanted = parser.parse_args()
    try:
        write_installation(wanted.folder, wanted.host, wanted.nodes, days=wanted.days, port=wanted.port)
    except (ValueError, OSError) as error:
        parser.exit(2, f"{error}\n")
    print(f"Written to {wanted.folder}: certificates for {wanted.days:g} days, a key for each node, and commands.txt.")


if __name__ == "__main__":
    main()
