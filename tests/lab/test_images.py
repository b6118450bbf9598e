"""TestVM is the same bytes whenever it is built from the same packages."""

import subprocess
from pathlib import Path

from ostf_dual.deployers.lab.embedded import Lab
from ostf_dual.deployers.lab.layout import recipe
from ostf_dual.deployers.lab.software import newest_images

DESCRIPTOR = b"# Disk DescriptorFile\nversion=1\nCID=05f7d0a1\nparentCID=ffffffff\n"


def test_testvm_built_again_is_the_same(lab: Lab, tmp_path: Path) -> None:
    built = newest_images(lab.layout)
    assert built is not None

    subprocess.run([recipe("images") / "build.sh", tmp_path, lab.layout.cache / "debs"], check=True)

    for name in ("testvm.qcow2", "testvm.vmdk", "manifest.json"):
        assert (tmp_path / name).read_bytes() == (built / name).read_bytes(), name
    assert DESCRIPTOR in (tmp_path / "testvm.vmdk").read_bytes()[:1024]
