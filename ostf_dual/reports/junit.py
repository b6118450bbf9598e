"""``junit.xml``: one suite for each zone and one for the cloud, for CI servers."""

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

from ostf_dual.runs.result import Outcome, Result, RunResult

CLOUD_SUITE = "cloud"

_TAGS = {Outcome.FAILED: "failure", Outcome.LEAKED: "failure", Outcome.BROKEN: "error", Outcome.PASSED: None}
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(run: RunResult) -> "ElementTree[Element[str]]":
    """The run as JUnit XML.

    A zone is a suite of its own, with properties: the schema knows none for a single test case.
    """
    root = Element("testsuites", name=_text(f"ostf-dual {run.cloud}"), time=f"{run.wall_s:.3f}")
    for zone in run.zones:
        inside = [result for result in run.results if result.zone == zone.label]
        properties = {"zone": zone.name, "hypervisor": zone.hypervisor.value}
        root.append(_suite(zone.label, inside, run, properties))
    whole = [result for result in run.results if result.zone is None]
    if whole:
        root.append(_suite(CLOUD_SUITE, whole, run, {}))
    indent(root)
    return ElementTree(root)


def _suite(name: str, results: Iterable[Result], run: RunResult, properties: dict[str, str]) -> Element:
    results = tuple(results)
    tags = [_TAGS.get(result.outcome, "skipped") for result in results]
    suite = Element(
        "testsuite",
        name=_text(name),
        tests=str(len(results)),
        failures=str(tags.count("failure")),
        errors=str(tags.count("error")),
        skipped=str(tags.count("skipped")),
        time=f"{sum(result.duration_s for result in results):.3f}",
        timestamp=f"{run.started_at:%Y-%m-%dT%H:%M:%S}",
    )
    block = SubElement(suite, "properties")
    for key, value in {"run": run.run_id, "cloud": run.cloud, **properties}.items():
        SubElement(block, "property", name=key, value=_text(value))
    for result, tag in zip(results, tags, strict=True):
        case = SubElement(
            suite,
            "testcase",
            classname=_text(f"{name}.{result.layer}"),
            name=_text(f"{result.subject} {result.title}"),
            time=f"{result.duration_s:.3f}",
        )
        if tag is not None:
            told = SubElement(case, tag, type=result.outcome.value, message=_text(result.message))
            told.text = _text(
                "\n".join(filter(None, (str(result.cause or ""), result.trace or result.message)))
            )
    return suite


def _text(value: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", value)
