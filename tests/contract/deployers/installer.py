"""A small installer for the deployer `command`: its cloud is a file. Called as `installer.py COMMAND`."""

import json
import os
import sys
from pathlib import Path

CLOUD = Path("cloud.json")


def main(command: str) -> None:
    wanted = json.load(sys.stdin)
    there = json.loads(CLOUD.read_text()) if CLOUD.exists() else {}
    nodes = {node["name"]: node["roles"] for node in wanted["nodes"]}
    sys.stderr.write(f"logging in with {os.environ.get('INSTALLER_PASSWORD')}\n")
    match command:
        case "plan":
            if wanted["network"]["provider"] == "nova-network":
                sys.stdout.write("refuse network.provider: this installer knows Neutron only\n")
            for name in nodes.keys() - there.keys():
                sys.stdout.write(f"add node {name}: {', '.join(nodes[name])}\n")
            for name in there.keys() - nodes.keys():
                sys.stdout.write(f"remove node {name}\n")
        case "deploy" | "add":
            CLOUD.write_text(json.dumps(nodes))
            with Path("calls").open("a") as calls:
                calls.write(f"{command} {os.environ.get('OSTF_NODES_ADDED', '-')}\n")
            sys.stdout.write("installing\n")
        case "access":
            json.dump({"cloud": wanted["name"], "clouds_file": "clouds.yaml"}, sys.stdout)
        case "destroy":
            CLOUD.unlink(missing_ok=True)


if __name__ == "__main__":
    main(sys.argv[1])
