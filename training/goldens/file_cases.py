"""Run bundles and pictures of this page as other programs write them again, with Python's zipfile and Pillow.

Reads src/testing/cases/bundle/good.run.zip and src/testing/cases/png/ours.png, writes the others beside them.

    python training/goldens/file_cases.py
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image
from PIL.PngImagePlugin import PngInfo

CASES = Path(__file__).resolve().parents[2] / "src/testing/cases"
BUNDLE, PNG = CASES / "bundle", CASES / "png"
with zipfile.ZipFile(BUNDLE / "good.run.zip") as good:
    FILES = {name: good.read(name) for name in good.namelist()}


class Stream(io.RawIOBase):
    """Somewhere that cannot be sought in, so that zipfile writes sizes behind the data (flag bit 3)."""

    def __init__(self):
        self.bytes = bytearray()

    def writable(self):
        return True

    def write(self, data):
        self.bytes += bytes(data)
        return len(data)


def entry(name):
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def archive(target, files, comment=b"", zip64=False):
    with zipfile.ZipFile(target, "w") as out:
        for name, data in files.items():
            with out.open(entry(name), "w", force_zip64=zip64) as part:
                part.write(data)
        out.comment = comment


def streamed(files, zip64=False):
    stream = Stream()
    archive(stream, files, zip64=zip64)
    return bytes(stream.bytes)


def without_signatures(files):
    """Sizes behind the data without the signature before them, as the first version of the format had it."""
    out, directory = bytearray(), bytearray()
    for name, data in files.items():
        packed = zlib.compress(data, 6)[2:-4]
        crc, start, raw = zlib.crc32(data), len(out), name.encode()
        out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 8, 8, 0, 33, 0, 0, 0, len(raw), 0) + raw + packed
        out += struct.pack("<III", crc, len(packed), len(data))
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 8, 8, 0, 33, crc, len(packed), len(data), len(raw), 0, 0, 0, 0, 0, start) + raw
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, len(files), len(files), len(directory), len(out), 0)
    return bytes(out + directory + end)


def zip64_directory(files):
    """All sizes and places in zip64 fields, and the directory behind a zip64 record, as for an archive of gigabytes."""
    out, directory = bytearray(), bytearray()
    for name, data in files.items():
        crc, start, raw = zlib.crc32(data), len(out), name.encode()
        out += struct.pack("<IHHHHHIIIHH", 0x04034B50, 45, 0, 0, 0, 33, crc, len(data), len(data), len(raw), 0) + raw + data
        extra = struct.pack("<HHQQQ", 1, 24, len(data), len(data), start)
        most = 0xFFFFFFFF
        directory += struct.pack("<IHHHHHHIIIHHHHHII", 0x02014B50, 45, 45, 0, 0, 0, 33, crc, most, most, len(raw), len(extra), 0, 0, 0, 0, most) + raw + extra
    start, at = len(out), len(out) + len(directory)
    end64 = struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, len(files), len(files), len(directory), start)
    locator = struct.pack("<IIQI", 0x07064B50, 0, at, 1)
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return bytes(out + directory + end64 + locator + end)


def bundles():
    folder = {f"我的 run (1)/{name}": data for name, data in FILES.items()}
    mac = {f"__MACOSX/my run/._{Path(name).name}": b"\0\5\x16\7" for name in FILES}
    archive(BUNDLE / "folder.run.zip", {"我的 run (1)/": b"", **folder})
    archive(BUNDLE / "folder-macosx.run.zip", {**{f"my run/{name}": data for name, data in FILES.items()}, "my run/.DS_Store": b"x", **mac})
    archive(BUNDLE / "windows.run.zip", {**FILES, "Thumbs.db": b"x", "frames/desktop.ini": b"x"})
    archive(BUNDLE / "comment.run.zip", FILES, comment="made by PK\x05\x06 something".encode())
    (BUNDLE / "streamed-zip64.run.zip").write_bytes(streamed(FILES, zip64=True))
    (BUNDLE / "streamed-macosx.run.zip").write_bytes(streamed({**FILES, **mac}))
    (BUNDLE / "streamed-without-signature.run.zip").write_bytes(without_signatures(FILES))
    (BUNDLE / "zip64.run.zip").write_bytes(zip64_directory(FILES))


def pictures():
    picture = Image.open(PNG / "ours.png")
    text = picture.text["palimpsest"]

    def save(name, info=None, **more):
        picture.save(PNG / f"{name}.png", pnginfo=info, **more)

    def info(add):
        made = PngInfo()
        add(made)
        return made

    save("pil-text", info(lambda it: it.add_text("palimpsest", text)))
    save("pil-ztxt", info(lambda it: it.add_text("palimpsest", text, zip=True)))
    save("pil-itxt-language", info(lambda it: it.add_itxt("palimpsest", text, lang="en", tkey="Palimpsest")))
    save("pil-itxt-zip-chinese", info(lambda it: it.add_itxt("palimpsest", text.replace("church", "教堂"), zip=True)))
    save("pil-late", info(lambda it: it.add(b"iTXt", b"palimpsest\0\0\0\0\0" + text.encode(), after_idat=True)))
    exif = Image.Exif()
    exif[0x9286] = text  # UserComment
    save("pil-exif", exif=exif)
    save("pil-description", info(lambda it: it.add_text("Description", text)))
    save("pil-bare")
    picture.convert("RGB").save(PNG / "jpeg-named.png", format="JPEG")
    picture.convert("RGB").save(PNG / "webp-named.png", format="WEBP")
    picture.convert("P").save(PNG / "gif-named.png", format="GIF")
    picture.convert("RGB").save(PNG / "bmp-named.png", format="BMP")


if __name__ == "__main__":
    bundles()
    pictures()
