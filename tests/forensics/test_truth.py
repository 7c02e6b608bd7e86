"""The public suites, where they lie beside the project: every verdict as they say, RFC 8301 obeyed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mailscope.dkim.check import check_dkim
from mailscope.dns.snapshot import SnapshotDns


def _dns(zone: dict[str, dict[str, Any]]) -> SnapshotDns:
    def answers(kind: str, value: Any) -> Any:
        if isinstance(value, str):
            return value
        if kind == "TXT":
            return [("".join(each) if isinstance(each, list) else each).encode().decode("latin-1") for each in value]
        return [f"{each.rstrip('.')}." if isinstance(each, str) else str(each) for each in value]

    return SnapshotDns(
        {f"{name}.": {kind: answers(kind, value) for kind, value in types.items()} for name, types in zone.items()}
    )


def test_every_signature_of_the_suites_comes_out_as_they_say(shared: Path) -> None:
    wrong = []
    for line in (shared / "corpora" / "dkim.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        now = case.get("now")
        at = datetime.fromtimestamp(now, UTC) if isinstance(now, int | float) else now
        raw = (shared / "corpora" / case["message"]).read_bytes()
        checks = check_dkim(raw, dns=_dns(case["zone"]), now=at)
        assert len(checks) == case["nsig"], case["name"]
        for want in case["expect"]:
            wished = ["permerror", "policy", "neutral", "fail"] if want.get("rfc8301_weak") else want.get("result")
            check = checks[want["index"]]
            if wished and check.result not in wished:
                wrong.append((case["name"], want["index"], check.result, check.problem))
            if want.get("key_bits") and check.key_bits != want["key_bits"]:
                wrong.append((case["name"], want["index"], check.key_bits))

    assert wrong == []
