"""A pytest of its own for each test, with a small cloud behind the plugin."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FAKE_CLOUD = Path(__file__).with_name("fake_cloud.py")


@dataclass
class Finished:
    code: int
    output: str
    folder: Path
    summary: dict[str, Any]

    def outcomes(self) -> dict[str, str]:
        return {
            f"{check['id']} {check['case']}".strip() + f" {check['zone'] or 'cloud'}": check["outcome"]
            for check in self.summary["checks"]
        }

    def message(self, check: str, zone: str | None = None) -> str:
        (found,) = (
            each["message"] for each in self.summary["checks"] if (each["id"], each["zone"]) == (check, zone)
        )
        return str(found)


Health = Callable[..., Finished]


@pytest.fixture
def health(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Health:
    """Run checks on the small cloud: ``health(source, "--profile", "quick", zones={...})``."""
    monkeypatch.setenv("XDG_STATE_HOME", str(pytester.path / "state"))
    monkeypatch.delenv("OS_CLOUD", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    # As `ostf-dual run` does it; and Hypothesis' plugin imports all of Hypothesis to tell that it was not used.
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")

    def run(source: str, *arguments: str, cloud: str | None = "fake", **plan: object) -> Finished:
        monkeypatch.setenv("FAKE_CLOUD", json.dumps(plan))
        pytester.makeconftest(FAKE_CLOUD.read_text())
        pytester.makepyfile(test_checks=f"import pytest\n{source}")
        chosen = ("--os-cloud", cloud) if cloud else ()
        done = pytester.runpytest_subprocess("-p", "ostf_dual.plugin", *chosen, *arguments)
        summary = pytester.path / "reports/summary.json"
        return Finished(
            code=int(done.ret),
            output=done.stdout.str() + done.stderr.str(),
            folder=pytester.path,
            summary=json.loads(summary.read_text()) if summary.exists() else {},
        )

    return run
