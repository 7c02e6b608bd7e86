"""Draw the pictures of every screen from the samples: SVG always, PNG where a Chromium is at hand.

Run it with the project's Python: `.venv/bin/python docs/pictures.py`. The samples answer from their own DNS recording
and at a fixed time, so that the pictures change only when the screens do.
"""

import argparse
import asyncio
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from textual.pilot import Pilot

from mailscope.settings import Settings
from mailscope.tui import app as app_module
from mailscope.tui.app import MailscopeApp
from mailscope.tui.engine import Engine
from mailscope.tui.recent import Recent

ROOT = Path(__file__).resolve().parent.parent
SAMPLES = ROOT / "samples"
NOW = "2026-10-14T12:00:00Z"
"""The day on which the samples are judged."""
_CELL = 8
"""Pixels a column: small files that can still be read."""
DARK, LIGHT = "mailscope-dark", "mailscope-light"
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_OUTSIDE = re.compile(r"@font-face\s*\{[^}]*\}|<!--.*?-->|<circle [^>]*/>", re.DOTALL)
"""Fonts from elsewhere, comments, and the buttons of a window that nobody has."""
_FONT = re.compile(r"font-family: ?Fira Code, ?monospace")


@dataclass(frozen=True)
class Scene:
    """One picture: what is opened, and the keys that lead there."""

    name: str
    paths: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    theme: str = DARK
    size: tuple[int, int] = (120, 40)


LIST = "messages/04-list-footer-breaks-body.eml"
SUBJECT = "messages/16-subject-added-above-signature.eml"
FORWARDED = "messages/02-forwarded-spf-softfails.eml"
BOUNCE = "bounces/01-postfix-user-unknown.eml"
SCENES = (
    Scene("home-dark"),
    Scene("list-dark", ("messages", "bounces"), ("j", "j", "j")),
    Scene("summary-dark", (SUBJECT,)),
    Scene("summary-light", (SUBJECT,), theme=LIGHT),
    Scene("path-dark", (FORWARDED,), ("2",)),
    Scene("authentication-dark", (LIST,), ("3",)),
    Scene("headers-dark", (SUBJECT,), ("4",)),
    Scene("headers-light", (SUBJECT,), ("4",), theme=LIGHT),
    Scene("bounce-dark", (BOUNCE,), ("5",)),
    Scene("raw-dark", (SUBJECT,), ("v",)),
    Scene("dns-dark", (FORWARDED,), ("7",)),
    Scene("body-dark", (LIST,), ("8",)),
    Scene("export-dark", (SUBJECT,), ("e",)),
    Scene("compare-dark", (FORWARDED, "messages/03-forwarded-with-rewritten-sender.eml"), ("m", "j", "c")),
    Scene("bounce-light", ("bounces/05-gmail-sender-unauthenticated.eml",), ("5",), theme=LIGHT),
    Scene("wide-dark", ("messages",), ("j", "j", "j", "enter"), size=(170, 46)),
)


async def draw(scene: Scene) -> str:
    """The scene as SVG, without links to anything outside."""
    settings = Settings(dns=str(SAMPLES / "dns.json"), now=NOW)
    paths = [Path("samples") / path for path in scene.paths]
    app = MailscopeApp(paths, Named(settings), engine=Engine(), recent=None if paths else Opened())
    async with app.run_test(size=scene.size) as pilot:
        app.theme = scene.theme
        await _until(pilot, lambda: app.desk.furnished and (not scene.paths or _settled(app)))
        if scene.keys:
            await pilot.press(*scene.keys)
        await pilot.pause(0.3)
        return _FONT.sub("font-family: 'DejaVu Sans Mono', monospace", _OUTSIDE.sub("", app.export_screenshot()))


@dataclass(frozen=True)
class Named:
    """Settings whose DNS answers bear the samples' name on the screen, wherever this folder lies."""

    settings: Settings
    dns_label: str = "recording samples/dns.json"

    def __getattr__(self, name: str) -> object:
        return getattr(self.settings, name)


class Opened(Recent):
    """What a reader may have opened last."""

    def __init__(self) -> None:
        self.paths = ("/home/ann/Mail/Inbox", "/home/ann/Downloads/invoice.eml", "/home/ann/Mail/bounces.mbox")

    def add(self, paths: Iterable[str]) -> None:
        """Remember nothing."""


def _settled(app: MailscopeApp) -> bool:
    desk = app.desk.desk
    return bool(desk.cases) and not desk.loading and not desk.waiting


async def _until(pilot: Pilot[object], done: Callable[[], bool]) -> None:
    for _ in range(3000):
        await pilot.pause(0.02)
        if done():
            return
    raise RuntimeError("the samples were not examined within a minute")


def to_png(svg: str, size: tuple[int, int], place: Path, browser: str) -> None:
    """Paint the SVG with a browser, which keeps the columns; other painters drop leading spaces."""
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(f"<style>body{{margin:0}}svg{{width:{size[0] * _CELL}px}}</style>{svg}", encoding="utf-8")
        box = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg)
        assert box is not None
        width = size[0] * _CELL
        height = round(width * float(box[2]) / float(box[1]))
        command = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-lcd-text",
            "--log-level=3", f"--user-data-dir={folder}/profile", f"--window-size={width},{height}",
            f"--screenshot={place}", page.as_uri(),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
    place.write_bytes(shrink(place.read_bytes()))


def shrink(png: bytes) -> bytes:
    """An 8-bit RGB or RGBA picture with at most 256 colours: a third of the size, and text looks the same."""
    width, height, depth, colours = struct.unpack_from(">IIBB", png, 16)
    size = {2: 3, 6: 4}.get(colours)
    if depth != 8 or size is None:
        return png
    rows = _rows(zlib.decompress(_data(png)), width * size, height, size)
    pixels = [[row[at : at + 3] for at in range(0, len(row), size)] for row in rows]
    counted = Counter(pixel for row in pixels for pixel in row)
    palette = [pixel for pixel, _ in counted.most_common(256)]
    places = {pixel: number for number, pixel in enumerate(palette)}
    for pixel in counted:
        if pixel not in places:
            places[pixel] = min(range(len(palette)), key=lambda n: _far(pixel, palette[n]))
    lines = b"".join(b"\0" + bytes(map(places.__getitem__, row)) for row in pixels)
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", b"".join(palette)),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return png[:8] + b"".join(_chunk(name, data) for name, data in chunks)


def _far(one: bytes, other: bytes) -> int:
    """How different two colours are."""
    return sum((a - b) ** 2 for a, b in zip(one, other, strict=True))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _data(png: bytes) -> bytes:
    """What the IDAT chunks hold together."""
    at, held = 8, b""
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        if png[at + 4 : at + 8] == b"IDAT":
            held += png[at + 8 : at + 8 + length]
        at += length + 12
    return held


def _rows(raw: bytes, stride: int, height: int, size: int) -> list[bytes]:
    """The lines with their filters undone (PNG specification, section 9)."""
    rows: list[bytes] = []
    above = bytearray(stride)
    for number in range(height):
        start = number * (stride + 1)
        kind, row = raw[start], bytearray(raw[start + 1 : start + 1 + stride])
        for at in range(stride) if kind else ():
            left = row[at - size] if at >= size else 0
            corner = above[at - size] if at >= size else 0
            up = above[at]
            if kind == 4:
                near = left + up - corner
                far = (abs(near - left), abs(near - up), abs(near - corner))
                guess = left if far[0] <= far[1] and far[0] <= far[2] else up if far[1] <= far[2] else corner
            else:
                guess = (0, left, up, (left + up) // 2)[kind]
            row[at] = (row[at] + guess) & 0xFF
        rows.append(bytes(row))
        above = row
    return rows


def main() -> int:
    """Draw what is asked for; the number of pictures."""
    parser = argparse.ArgumentParser(description="Draw the pictures of the documentation.")
    parser.add_argument("names", nargs="*", help="scenes (default: all)")
    parser.add_argument("--into", type=Path, default=ROOT / "docs" / "pictures", help="folder to write to")
    parser.add_argument("--svg", action="store_true", help="SVG only, no browser needed")
    given = parser.parse_args()
    browser = next((found for name in _BROWSERS if (found := shutil.which(name))), None)
    into = given.into.resolve()
    into.mkdir(parents=True, exist_ok=True)
    app_module.samples_folder = lambda: Path("samples")
    os.chdir(ROOT)  # the pictures show paths as a reader of this folder would type them
    for scene in SCENES:
        if given.names and scene.name not in given.names:
            continue
        svg = asyncio.run(draw(scene))
        if given.svg or browser is None:
            (into / f"{scene.name}.svg").write_text(svg, encoding="utf-8")
        else:
            to_png(svg, scene.size, into / f"{scene.name}.png", browser)
        print(scene.name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
