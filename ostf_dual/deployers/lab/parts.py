"""What a lab is made of: installed or built where the cache lacks it, at the same time where it can be."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from ostf_dual.deployers.lab import packages, pruning, software
from ostf_dual.deployers.lab.layout import Layout, recipe
from ostf_dual.deployers.progress import Progress


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Folders and programs in the cache."""

    venv: Path
    simulator: Path
    images: Path


def prepare(layout: Layout, progress: Progress) -> Parts:
    """Install and build what is missing, and remove what nothing uses any more; mostly this takes no time."""
    everything = (*packages.wanted(), *_recipe_packages())
    if packages.missing(everything):
        with progress.step("Install Debian packages"):
            packages.install(everything, layout.cache / "apt.log")

    def made(what: str, make: Callable[[Layout], Path]) -> Path:
        with progress.step(what):
            return make(layout)

    with ThreadPoolExecutor(3) as pool:
        venv = pool.submit(made, "OpenStack 2024.2 in a venv", software.openstack)
        images = pool.submit(made, "TestVM in both formats", software.images)
        simulator = pool.submit(made, "vCenter simulator", software.simulator)
        parts = Parts(venv=venv.result(), images=images.result(), simulator=simulator.result())
    pruning.prune(layout, progress)
    return parts


def _recipe_packages() -> tuple[str, ...]:
    lines = (recipe("images") / "packages.txt").read_text().splitlines()
    return tuple(word for line in lines for word in line.partition("#")[0].split())
