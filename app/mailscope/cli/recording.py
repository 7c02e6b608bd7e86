"""The DNS answers of a run, gathered for a snapshot."""

import json
from collections.abc import Iterable
from pathlib import Path

from mailscope.dns.answer import Asked, Question
from mailscope.dns.snapshot import keep, record
from mailscope.errors import MailscopeError
from mailscope.whole import whole


class Recording:
    """A snapshot in the making; without a path it gathers nothing."""

    def __init__(self, path: str | None) -> None:
        self.path = Path(path) if path is not None else None
        self._asked: dict[Question, Asked] = {}

    def add(self, asked: Iterable[Asked]) -> None:
        """Keep these answers; of two to the same question the more certain one."""
        if self.path is not None:
            keep(self._asked, asked)

    def write(self) -> None:
        """Write the snapshot; raises MailscopeError, in one line, where that cannot be."""
        if self.path is None:
            return
        data = json.dumps(record(self._asked.values()), indent=1, sort_keys=True)
        try:
            with whole(self.path) as part:
                part.write_text(data + "\n", encoding="utf-8")
        except OSError as error:
            raise MailscopeError(f"the recording {self.path} cannot be written: {error.strerror or error}") from error
