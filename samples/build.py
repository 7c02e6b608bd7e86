"""Write every sample, their DNS and their table anew, byte for byte the same each time.

`.venv/bin/python samples/build.py` writes into samples/ and docs/samples.md; `--into DIR` somewhere else, to compare.
"""

import argparse
import json
import tomllib
from pathlib import Path

from recipes import bounces, broken, deceit, keys, notices, sessions, sound
from recipes.zone import snapshot

HERE = Path(__file__).resolve().parent
RECIPES = {
    file: recipe
    for room in (sound, keys, broken, deceit, notices, bounces, sessions)
    for file, recipe in room.SAMPLES.items()
}
SECTIONS = {
    "messages": "Messages",
    "bounces": "Bounces",
    "transcripts": "Transcripts",
    "logs": "Logs",
    "mailboxes": "Mailboxes",
}


def main() -> None:
    """Build, and say how much."""
    parser = argparse.ArgumentParser(description="Write the samples anew.")
    parser.add_argument("--into", type=Path, default=HERE, help="folder to write to (default: samples/)")
    into: Path = parser.parse_args().into
    for file, recipe in sorted(RECIPES.items()):
        place = into / file
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(recipe())
    zone = json.dumps(snapshot(), indent=1, ensure_ascii=True)
    (into / "dns.json").write_text(f"{zone}\n", encoding="ascii", newline="\n")
    page = HERE.parent / "docs" / "samples.md" if into == HERE else into / "samples.md"
    page.write_text(table(), encoding="utf-8", newline="\n")
    print(f"{len(RECIPES)} samples written to {into}")


def table() -> str:
    """docs/samples.md: what each sample shows, from the manifest."""
    manifest = tomllib.loads((HERE / "MANIFEST.toml").read_text(encoding="utf-8"))
    lines = [
        "# The samples",
        "",
        "Every file below `samples/` shows one thing. `make run` opens them all; they answer from `samples/dns.json`,",
        "so no network is needed. One by one: `mailscope report --dns samples/dns.json samples/messages/01-*.eml`.",
        "",
        "They were written for mailscope: the people and domains do not exist, and the keys in `samples/keys/` protect",
        "nothing. What each must come to stands in `samples/MANIFEST.toml`, and a test holds every line of it.",
        "This page is written by `samples/build.py`.",
    ]
    for folder, heading in SECTIONS.items():
        lines += ["", f"## {heading}", "", "| file | shows |", "| --- | --- |"]
        for sample in manifest["sample"]:
            place, _, name = sample["file"].partition("/")
            if place == folder:
                name += f" #{sample['index'] + 1}" if "index" in sample else ""
                lines.append(f"| `{name}` | **{sample['title']}.** {sample['shows']} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
