"""From what a log tells of one message and recipient to its row: the last state, its words, the attempts."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from mailscope.amounts import count
from mailscope.bounce.causes.conclude import conclude
from mailscope.bounce.failure import Behaviour, Bounce, Manner, Phase
from mailscope.bounce.logs.book import Book, Event, Fortune, Story
from mailscope.bounce.sessions.retries import Attempt, retries
from mailscope.bounce.told import Told

_ATTEMPTS = 100
_FINAL = re.compile(r"(?:in reply to|after) (?:pipelined )?(?:rcpt to|mail from|end of data|final data)", re.IGNORECASE)
"""Where a 5xx is a refusal of this mail: at the greeting or the login, another host or a mended login may take it."""
_CODED = re.compile(r"(?<![\w.])[45]\d\d(?:[ -]|$)|(?<![\w.])[45]\.\d{1,3}\.\d")
_SUMMED_UP = 10.0
"""Seconds within which a line sums up what the one before has told."""
_SAME = 1.0
"""Seconds within which the same words, or none, are no other attempt."""
_ATTEMPT = 600.0
"""Seconds within which lines may tell of one attempt: the longest that a reply is waited for (RFC 5321 4.5.3.2.6)."""
_TURN_OF_YEAR = 300 * 86_400.0
"""Seconds: times without a year run back by so much at New Year."""
_FORTUNE_ACTIONS = {Fortune.SENT: "delivered", Fortune.DEFERRED: "delayed", Fortune.EXPANDED: "expanded"}


def retries_of(story: Story, book: Book) -> Iterator[Behaviour]:
    """What is remarkable in the attempts of a story."""
    told_on = book.loose.get(f"notice {story.queue}")
    if told_on and story.events and story.events[-1].fortune is Fortune.SENT:
        yield Behaviour(
            "sender-told",
            (("who", story.recipient or "the sender"), ("message", told_on)),
            (_attempt(story.events[-1]),),
        )
    if len(story.events) < 2:
        return
    attempts = [
        Attempt(
            event.seconds,
            event.stamp,
            event.said or event.frame,
            _code(event),
            event.fortune is Fortune.SENT,
            event.remote,
            event.source,
        )
        for event in story.events
        if event.telling
    ]
    last = story.events[-1]
    yield from retries(story.recipient, attempts, last.fortune is Fortune.EXPIRED, last.seconds)


def _code(event: Event) -> str | None:
    """The reply code of an attempt, or the digit that its outcome stands for."""
    match = re.match(r"([245]\d\d)(?:\D|$)", event.said)
    if match and (match[1][0] != "5" or event.fortune is not Fortune.DEFERRED or _FINAL.search(event.frame)):
        return match[1]
    return {Fortune.FAILED: "5", Fortune.REFUSED: None, Fortune.DEFERRED: "4"}.get(event.fortune)


def drop_the_wordless(book: Book) -> int:
    """Leave out messages of which no line says how they fared, where others to the recipient tell more: how many."""
    telling = {
        (story.recipient or "").lower() for story in book.stories.values() if any(one.telling for one in story.events)
    }
    wordless = [
        key
        for key, story in book.stories.items()
        if key[1] in telling and story.events and not any(one.telling for one in story.events)
    ]
    for key in wordless:
        del book.stories[key]
    return len(wordless)


def drop_the_repeated(book: Book) -> None:
    """Leave out what debugging lines say of a recipient of whom the system's own line tells at about the same time."""
    known: dict[str, list[Event]] = {}
    for story in book.stories.values():
        if story.recipient and not any(event.guessed for event in story.events):
            known.setdefault(story.recipient.lower(), []).extend(story.events)
    times = {
        recipient: sorted(event.seconds for event in events if event.seconds is not None)
        for recipient, events in known.items()
        if all(event.seconds is not None for event in events)
    }
    repeated = [
        key
        for key, story in book.stories.items()
        if key[1] in known
        and story.events
        and all(event.guessed and _is_near(event, times.get(key[1])) for event in story.events)
    ]
    for key in repeated:
        del book.stories[key]


def _is_near(event: Event, times: list[float] | None) -> bool:
    """Whether an event lies at about one of these sorted times, or nobody can tell."""
    if times is None or event.seconds is None:
        return True
    place = bisect_left(times, event.seconds - _ATTEMPT)
    return place < len(times) and times[place] <= event.seconds + _ATTEMPT


def in_order(book: Book) -> None:
    """Put the events of each story in the order of their times, where the log begins with the newest."""
    for story in book.stories.values():
        times = [event.seconds for event in story.events if event.seconds is not None]
        if len(times) < 2 or len(times) != len(story.events) or times[0] - times[-1] > _TURN_OF_YEAR:
            continue
        if times[0] > times[-1] and all(before >= after for before, after in pairwise(times)):
            story.events.reverse()


def name_the_nameless(book: Book) -> None:
    """A refusal of a whole message that some lines tell without the recipient belongs to those that others name."""
    for stories in book.by_queue.values():
        nameless = next((story for story in stories if story.recipient is None and story.events), None)
        named = [story for story in stories if story.recipient is not None and story.events]
        if nameless is None or not named:
            continue
        told = nameless.events[-1]
        for story in named:
            last = story.events[-1]
            if last.fortune is not Fortune.SENT and not re.match(r"[245]\d\d", last.said):
                last.said, last.frame, last.phase = told.said, told.frame, last.phase or told.phase
        nameless.events.clear()


def row_of(story: Story, book: Book) -> Bounce:
    """The row of a story; its alias is added last: in the log of the dialogue a forwarding is no later phase."""
    row = conclude(_told(story, book))
    return replace(row, original_recipient=story.original) if story.original else row


def _telling(last: Event, events: list[Event]) -> Event:
    """The event whose words explain the last state: a line that only sums up ("not delivered") explains nothing."""
    if last.fortune is Fortune.SENT:
        return last
    telling = next((event for event in reversed(events) if event.telling), last)
    place = events.index(telling)
    before = events[place - 1] if place else None
    if before is None or not before.telling or before.fortune is Fortune.SENT:
        return telling
    gap = None if telling.seconds is None or before.seconds is None else telling.seconds - before.seconds
    if gap is not None and 0 <= gap <= _SAME and before.said and telling.said in ("", before.said):
        telling.telling = False
        return before
    coded = _CODED.search(f"{telling.said} {telling.reply_code or ''}")
    if coded or not (gap is None or 0 <= gap <= _SUMMED_UP):
        return telling
    if not _CODED.search(f"{before.said} {before.reply_code or ''}"):
        return telling
    telling.telling = False
    return before


def _told(story: Story, book: Book) -> Told:
    """The end of a story, told by the last event that says something."""
    events = story.events
    last = next((event for event in reversed(events) if event.fortune is Fortune.SENT), events[-1])
    telling = _telling(last, events)
    gave_up = last.fortune is Fortune.EXPIRED
    attempts = [event for event in events if event.telling]
    return Told(
        recipient=story.recipient,
        action=_FORTUNE_ACTIONS.get(last.fortune, "failed"),
        said=telling.said or None,
        frame=telling.frame,
        status=telling.status,
        reply_code=telling.reply_code,
        remote=telling.remote,
        reporting=book.host or None,
        phase=_phase(telling),
        phase_stated=telling.stated,
        gave_up=gave_up,
        local=telling.local,
        manner=_manner(last),
        category="delivered" if last.fortune in (Fortune.SENT, Fortune.EXPANDED) else None,
        attempts=_attempts(attempts, story.dropped),
    )


def _phase(event: Event) -> Phase | None:
    if event.phase is None and event.local:
        return Phase.DELIVERY
    if event.phase is None and event.fortune is Fortune.SENT:
        return Phase.MESSAGE
    return event.phase


def _manner(event: Event) -> Manner | None:
    match event.fortune:
        case Fortune.SENT | Fortune.EXPANDED:
            return Manner.DELIVERED
        case Fortune.DEFERRED:
            return Manner.DELAY
        case Fortune.EXPIRED:
            return Manner.TIMEOUT
        case Fortune.REFUSED:
            return Manner.REJECTION
        case _:
            return Manner.ASYNCHRONOUS if event.local else Manner.REJECTION


def _attempts(events: list[Event], dropped: int) -> tuple[str, ...]:
    """A line an attempt, and one for each other host that was tried in it; none where there was only one."""
    left = dropped + max(len(events) - _ATTEMPTS, 0)
    lines = [f"{count(left, 'more attempt')} before or between these, not listed"] if left else []
    last = ""
    for event in events[-_ATTEMPTS:]:
        if event.before:
            lines.append(f"{event.stamp} before that: {event.before}"[:600])
        lines.append(_attempt(event, again=bool(event.said) and event.said == last))
        last = event.said
    return tuple(lines) if len(lines) > 1 else ()


def _attempt(event: Event, *, again: bool = False) -> str:
    words = "the same answer" if again else event.said or event.frame
    to = f"to {event.remote} " if event.remote else ""
    return f"{event.stamp} {to}{event.fortune.value}: {words}".strip(" :")[:600]
