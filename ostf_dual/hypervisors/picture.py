"""Pictures of screens, as what browsers show: PNG."""

import re
from io import BytesIO

import png

_PNG = b"\x89PNG\r\n\x1a\n"
_PPM = re.compile(rb"P6\s+(\d+)\s+(\d+)\s+255\s")


def as_png(picture: bytes) -> bytes | None:
    """The picture as PNG; None: it is neither that nor a PPM, which is what older QEMUs give libvirt."""
    if picture.startswith(_PNG):
        return picture
    head = _PPM.match(picture)
    if head is None:
        return None
    width, height = map(int, head.groups())
    pixels = picture[head.end() :]
    if len(pixels) != width * height * 3:
        return None
    written = BytesIO()
    rows = (pixels[at : at + width * 3] for at in range(0, len(pixels), width * 3))
    png.Writer(width, height, greyscale=False).write(written, rows)
    return written.getvalue()
