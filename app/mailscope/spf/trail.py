"""The way of an SPF evaluation, written down while it happens: each term, where it led, and what it cost."""

from dataclasses import dataclass, field

from mailscope.spf.verdicts import Term

MOST_TERMS = 500
"""Terms written down; an evaluation that meets more is one of long address lists, and says so in its last line."""


@dataclass(slots=True)
class Step:
    """One term under evaluation, before it is frozen into a Term."""

    depth: int
    domain: str
    text: str
    kind: str
    target: str | None = None
    outcome: str = ""
    counts: bool = False
    void: bool = False


@dataclass(slots=True)
class Frame:
    """One record under evaluation."""

    domain: str
    depth: int
    current: Step | None = None
    redirect: str | None = None
    """The domain of redirect=, as written, once the record was found to have one."""
    awaits_record: bool = False
    """An include was begun whose record is asked for next."""


@dataclass(slots=True)
class Trail:
    """Everything that happened, in order; the frames are a stack of records, one inside the other."""

    steps: list[Step] = field(default_factory=list)
    frames: list[Frame] = field(default_factory=list)
    unlisted: int = 0
    lookups: int = 0
    voids: list[str] = field(default_factory=list)
    record: str | None = None
    """The first record that was found: that of the identity's own domain."""
    over_limit: bool = False
    """Whether it ended at the bound on terms that ask, or on names that hold nothing (RFC 7208 section 4.6.4)."""
    unknown: str = ""
    """Why an answer was not to be had at all (a recording, or no DNS allowed)."""

    @property
    def top(self) -> Frame | None:
        """The record under evaluation."""
        return self.frames[-1] if self.frames else None

    @property
    def current(self) -> Step | None:
        """The term under evaluation."""
        return self.frames[-1].current if self.frames else None

    def enter(self, domain: str) -> Frame:
        """Begin with the record of domain."""
        frame = Frame(domain, len(self.frames))
        self.frames.append(frame)
        return frame

    def begin(self, frame: Frame, step: Step) -> None:
        """Begin with a term; the one before it in this record did not match."""
        self.settle(frame, None)
        frame.current = step
        self.write(step)

    def write(self, step: Step) -> None:
        """Put a term down."""
        if len(self.steps) < MOST_TERMS:
            self.steps.append(step)
        else:
            self.unlisted += 1

    def settle(self, frame: Frame, matched: Step | None) -> None:
        """Say what became of the term that was current."""
        step = frame.current
        if step is not None and not step.outcome:
            step.outcome = "match" if step is matched else "void" if step.void else "no match"

    def leave(self, error: str = "") -> None:
        """Be done with a record; an error names the term that it happened in."""
        frame = self.frames.pop()
        if error and frame.current is not None and not frame.current.outcome:
            frame.current.outcome = error

    def terms(self) -> tuple[Term, ...]:
        """What was written down, frozen."""
        terms = [Term(s.depth, s.domain, s.text, s.target, s.outcome, s.counts) for s in self.steps]
        if self.unlisted:
            terms.append(Term(0, "", f"and {self.unlisted} further terms", None, "not listed"))
        return tuple(terms)
