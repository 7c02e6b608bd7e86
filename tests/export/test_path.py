"""The path in exports: a row a hop, the border and its reason, and nothing of it is markup."""

import mailscope
from mailscope.export.markdown import markdown_of
from mailscope.export.outline import outline
from mailscope.export.path import path_blocks
from mailscope.export.text import text_of


def report(hops: int, client: str = "out.example.org") -> mailscope.Report:
    time = "Tue, 24 Nov 2026 10:00:02 +0000"
    top = f"Received: from {client} ({client} [192.0.2.9]) by mx.example.com (Postfix) with ESMTPS id A; {time}"
    lower = [
        f"Received: from h{place}.example.org ([192.0.2.8]) by out.example.org with ESMTP id {place}; {time}"
        for place in range(hops - 1)
    ]
    lines = [top, *lower]
    return mailscope.examine("\r\n".join((*lines, "From: a@example.org", "", "")).encode(), dns=mailscope.NoDns())


def test_writes_a_row_a_hop_and_says_where_the_border_is() -> None:
    table = path_blocks(report(3), 100)[1]

    assert [row[0] for row in table.rows] == ["1 claimed", "2 claimed", "3 THE BORDER"]  # type: ignore[union-attr]


def test_keeps_a_long_chain_to_what_was_asked_for_and_says_so() -> None:
    blocks = path_blocks(report(60), 20)
    data = report(60).to_dict()

    assert len(blocks[1].rows) == 20  # type: ignore[union-attr]
    assert "40 more hops" in str(blocks[2])
    assert len(data["hops"]) == 60
    assert {"encrypted", "offset_seconds", "skew_seconds", "remarks"} <= set(data["hops"][0])
    assert {"organizations", "passages", "problems", "protection", "unread"} == set(data["route"]) - {"seconds"}


def test_shows_no_control_character_of_a_trace() -> None:
    shown = text_of(outline(report(1, "evil\x1b[31m.example")))

    assert "\x1b" not in shown


def test_keeps_a_table_apart_from_a_list_in_markdown() -> None:
    lines = markdown_of(outline(report(2))).splitlines()
    heads = [place - 1 for place, line in enumerate(lines) if line.startswith("| ---")]

    assert len(heads) >= 2
    assert [lines[place - 1] for place in heads] == [""] * len(heads)
