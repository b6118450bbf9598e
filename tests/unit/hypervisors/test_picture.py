"""Screens become PNG whatever the hypervisor's age; what is no picture is none."""

from io import BytesIO

import png
import pytest

from ostf_dual.hypervisors.picture import as_png

PIXELS = bytes((255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9))


def test_a_ppm_becomes_a_png_of_the_same_pixels() -> None:
    made = as_png(b"P6\n2 2\n255\n" + PIXELS)

    assert made is not None
    width, height, rows, _ = png.Reader(file=BytesIO(made)).read()
    assert (width, height, b"".join(bytes(row) for row in rows)) == (2, 2, PIXELS)


def test_a_png_stays_as_it_is() -> None:
    assert as_png(b"\x89PNG\r\n\x1a\nrest") == b"\x89PNG\r\n\x1a\nrest"


@pytest.mark.parametrize("other", [b"", b"error: no screens", b"P6\n2 2\n255\n" + PIXELS[:-1]])
def test_what_is_no_whole_picture_is_none(other: bytes) -> None:
    assert as_png(other) is None
