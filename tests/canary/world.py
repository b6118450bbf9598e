"""A machine with secrets in every place that they can come from, and what is there after a command has been run."""

import json
import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from ostf_dual.reports.summary import summary
from ostf_dual.runs.result import Outcome, RunResult
from tests.canary.canaries import Canary
from tests.unit.reports.conftest import NOW, make_result

COMMAND = str(Path(sys.executable).with_name("ostf-dual"))
PLACES = {
    name: Canary(name)
    for name in (
        "clouds.yaml password",
        "clouds.yaml application credential",
        "clouds.yaml token",
        "secure.yaml password",
        "OS_PASSWORD",
        "URL of Keystone",
        "URL of a proxy",
        "vCenter password by variable",
        "vCenter password by file",
        "vCenter password by command",
        "another secret variable",
    )
}
NOISE = ("-vv", "-l", "--tb=long", "--log-level=DEBUG", "-o", "log_cli=true", "--log-file=pytest.log",
         "--junitxml=pytest.xml")  # fmt: skip
"""Everything by which pytest shows more."""

# Whatever it is asked, it writes down what it was given, and fails.
_WITNESS = """#!{python}
import json, os, sys
with open({file!r}, "a") as file:
    file.write(json.dumps([sys.argv, dict(os.environ)], ensure_ascii=False))
print("no way in", file=sys.stderr)
sys.exit(1)
"""


@dataclass(frozen=True, slots=True)
class Left:
    """What a command left: its code, what it printed, and the files."""

    code: int
    output: str
    artefacts: dict[str, bytes] = field(repr=False)

    @property
    def ending(self) -> str:
        """As much of the output as one can read."""
        return self.output[-3000:]

    def leaks(self, canaries: Sequence[Canary]) -> list[str]:
        """Which canary is where."""
        return [
            f"{canary.place} in {name}"
            for name, content in self.artefacts.items()
            for canary in canaries
            if canary.is_in(content)
        ]


class World:
    """Folders of its own; ``given`` holds what the user wrote, everything else is what the commands left."""

    def __init__(self, folder: Path, keystone: int, *, vcenter: int = 1, by: str = "variable") -> None:
        self.folder, self.given = folder, folder / "given"
        self.given.mkdir(exist_ok=True)
        self.keystone = f"https://127.0.0.1:{keystone}/v3"
        self.commands: list[bytes] = []
        self._clouds()
        self._witness()
        self._environment(vcenter, PLACES[f"vCenter password by {by}"])

    def _clouds(self) -> None:
        def cloud(url: str = self.keystone, **auth: object) -> dict[str, object]:
            return {
                "region_name": "R",
                "cacert": str(self.folder / "ca.pem"),
                "auth": {"auth_url": url, **auth},
            }

        user = {"username": "ostf", "project_name": "p", "user_domain_name": "d", "project_domain_name": "d"}
        password = PLACES["clouds.yaml password"].value
        in_url = self.keystone.replace("https://", f"https://ostf:{PLACES['URL of Keystone'].plain}@")
        clouds = {
            "password": cloud(**user, password=password),
            "application credential": {
                **cloud(
                    application_credential_id="some-id",
                    application_credential_secret=PLACES["clouds.yaml application credential"].value,
                ),
                "auth_type": "v3applicationcredential",
            },
            "token": {
                **cloud(token=PLACES["clouds.yaml token"].plain, project_name="p", project_domain_name="d"),
                "auth_type": "v3token",
            },
            "secure": cloud(**user),
            "url": cloud(in_url, **user, password=password),
        }
        self.write("clouds.yaml", yaml.safe_dump({"clouds": clouds}, allow_unicode=True))
        secure = {"clouds": {"secure": {"auth": {"password": PLACES["secure.yaml password"].value}}}}
        self.write("secure.yaml", yaml.safe_dump(secure))

    def _witness(self) -> None:
        path = self.write(
            "witness", _WITNESS.format(python=sys.executable, file=str(self.folder / "witness.txt"))
        )
        path.chmod(0o700)

    def _environment(self, vcenter: int, secret: Canary) -> None:
        self.write("vcenter.password", secret.lines + "\n")
        printing = f"import sys; sys.stdout.buffer.write(open({str(self.given / 'vcenter.password')!r}, 'rb').read())"
        references: dict[str, dict[str, object]] = {
            "vCenter password by variable": {"env": "VC_ENTRY"},
            "vCenter password by file": {"file": "vcenter.password"},
            "vCenter password by command": {"command": [sys.executable, "-c", printing]},
        }
        reference = references[secret.place]
        witness = [str(self.given / "witness")]
        vc = {"name": "vc1", "host": "127.0.0.1", "port": vcenter, "user": "ostf@vsphere.local", "password": reference,
              "ca_file": str(self.folder / "ca.pem")}  # fmt: skip
        self.access: dict[str, object] = {
            "vcenters": [vc],
            "vantage": {"command": witness},
            "libvirt": [{"host": "compute-1", "command": witness}],
        }
        self.entry = {"VC_ENTRY": secret.lines} if "env" in reference else {}

    def write(self, name: str, text: str) -> Path:
        """Something that the user wrote."""
        path = self.given / name
        path.write_text(text, encoding="utf-8")
        return path

    def environment_file(self, cloud: str) -> Path:
        """How the cloud is reached, and its witnesses; clean-up is not to try again for long."""
        values = {"cloud": cloud, "budgets": {"delete_s": 5}, **self.access}
        return self.write("access.yaml", yaml.safe_dump(values))

    def definition(self, cloud: str, **more: object) -> Path:
        """The definition of a cloud."""
        values = {"name": "canary", "release": "2024.2", "deployer": "existing", "hypervisor": "kvm",
                  "access": {"cloud": cloud, **self.access}, **more}  # fmt: skip
        return self.write("definition.yaml", yaml.safe_dump(values))

    def call(self, *arguments: str, **variables: str) -> Left:
        """Run a command to its end, as a user on this machine."""
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder / "home"),
            "LC_ALL": "C.UTF-8",
            "XDG_STATE_HOME": str(self.folder / "state"),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "OS_CLIENT_CONFIG_FILE": str(self.given / "clouds.yaml"),
            "OS_CLIENT_SECURE_FILE": str(self.given / "secure.yaml"),
            "OS_PASSWORD": PLACES["OS_PASSWORD"].value,
            **self.entry,
            "SOME_TOKEN": PLACES["another secret variable"].value,
            **variables,
        }
        done = subprocess.run(
            arguments, cwd=self.folder, env=environment, capture_output=True, check=False, timeout=120
        )
        printed = {"stdout": done.stdout, "stderr": done.stderr, "arguments": b"\n".join(self.commands)}
        text = (done.stdout + done.stderr).decode(errors="replace")
        return Left(done.returncode, text, {**printed, **dict(self._files())})

    def peek(self) -> None:
        """Take down the arguments of every process: asked for by the servers, in the middle of a command's work."""
        for each in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                self.commands.append(each.read_bytes())
            except OSError:
                continue

    def open_to_others(self) -> list[str]:
        """What of the state is not its owner's alone."""
        kept = (self.folder / "state").rglob("*")
        return [str(each) for each in kept if stat.S_IMODE(each.lstat().st_mode) & 0o077]

    def keep_a_run(self) -> Path:
        """The summary of a run in which a check failed, so that it can be asked again."""
        run = RunResult(
            run_id="261122-ab",
            cloud="password",
            started_at=NOW,
            wall_s=1,
            results=(make_result(Outcome.FAILED, None),),
        )
        return self.write("summary.json", json.dumps(summary(run)))

    def _files(self) -> Iterator[tuple[str, bytes]]:
        for path in self.folder.rglob("*"):
            if path.is_file() and self.given not in path.parents:
                yield str(path.relative_to(self.folder)), path.read_bytes()
