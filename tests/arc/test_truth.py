"""The public validation suite, where it lies beside the project: every chain as it says."""

import json
from pathlib import Path
from typing import Any

from mailscope.arc.check import check_arc
from mailscope.dns.snapshot import SnapshotDns


def _dns(zone: dict[str, dict[str, Any]]) -> SnapshotDns:
    def answer(value: Any) -> Any:
        return value if isinstance(value, str) else ["".join(each) for each in value]

    return SnapshotDns(
        {f"{name}.": {kind: answer(value) for kind, value in types.items()} for name, types in zone.items()}
    )


def test_every_chain_of_the_suite_comes_out_as_it_says(shared: Path) -> None:
    wrong = []
    for line in (shared / "corpora" / "arc.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        check = check_arc((shared / "corpora" / case["message"]).read_bytes(), dns=_dns(case["zone"]))
        if check.result not in case["expect"]["cv"]:
            wrong.append((case["name"], check.result, check.reason))

    assert wrong == []
