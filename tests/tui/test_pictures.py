"""The program that draws the documentation's pictures."""

import re
import struct
import subprocess
import sys
import zlib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

PROGRAM = Path(__file__).resolve().parents[2] / "docs" / "pictures.py"


def program() -> ModuleType:
    spec = spec_from_file_location("pictures", PROGRAM)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_a_screen_is_drawn_without_a_browser_and_links_to_nothing(tmp_path: Path) -> None:
    command = [sys.executable, str(PROGRAM), "summary-dark", "--svg", "--into", str(tmp_path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    svg = (tmp_path / "summary-dark.svg").read_text(encoding="utf-8")

    # a space is written as a reference to a no-break space
    assert "Subject&#160;was&#160;added&#160;after&#160;clubnews.example&#160;signed" in svg
    assert set(re.findall(r"https?://[\w./-]+", svg)) <= {
        "http://www.w3.org/2000/svg",
        "https://www.textualize.io",
        "https://pay.cheaphost.example/",
    }
    assert not re.search(r"@font-face|url\((?!#)|@import|xlink:href", svg)
    assert str(PROGRAM.parents[1]) not in svg


def test_the_pictures_of_the_documentation_are_those_of_the_program() -> None:
    folder = PROGRAM.parent / "pictures"
    drawn = {f"{scene.name}.png" for scene in program().SCENES}

    assert {path.name for path in folder.iterdir()} == drawn
    assert all(path.stat().st_size < 150_000 for path in folder.iterdir())


def test_a_picture_is_shrunk_to_a_palette_and_looks_the_same() -> None:
    pixels = [bytes((row, column, 7)) for row in range(4) for column in range(5)]
    lines = b"".join(b"\0" + b"".join(pixels[at : at + 5]) for at in range(0, 20, 5))
    module = program()
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 5, 4, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(lines)),
        (b"IEND", b""),
    )
    png = b"\x89PNG\r\n\x1a\n" + b"".join(module._chunk(*chunk) for chunk in chunks)
    small = module.shrink(png)
    start = small.index(b"PLTE") + 4
    palette = small[start : start + 60]
    places = [line[1:] for line in re.findall(rb"(?s).{6}", zlib.decompress(module._data(small)))]
    seen = [palette[3 * place : 3 * place + 3] for line in places for place in line]

    assert seen == pixels
