"""How long a key would wait while 100,000 rows are sorted, grouped and filtered, in an app without a terminal.

python benchmarks/long_list.py [--rows N]
"""

import argparse
import asyncio
import random
import time
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from mailscope.settings import Settings
from mailscope.tui.app import MailscopeApp
from mailscope.tui.case import Case
from mailscope.tui.engine import Engine
from mailscope.tui.gist import Gist
from mailscope.tui.messages import Batch, Result
from mailscope.verdict import Severity

_BEAT = 0.002
_SEVERITIES = tuple(Severity)


def gist(chance: random.Random, number: int) -> Gist:
    """What the list keeps of a message."""
    severity = chance.choice(_SEVERITIES)
    author, domain = chance.randrange(5_000), f"{chance.randrange(50)}.example.com"
    return Gist(
        severity=severity.value,
        rank=_SEVERITIES.index(severity),
        headline=f"DMARC fails for {domain}: SPF passes for another domain",
        subject=f"The minutes of meeting {chance.randrange(10**6)}",
        sender=f"a{author}@{domain}",
        from_=f"Author <a{author}@{domain}>",
        domain=domain,
        domains=domain,
        findings="dmarc-fail spf-pass dkim-none",
        kind="message",
        when=1.7e9 + chance.randrange(10**7),
        cause=f"cause {number % 40}",
    )


async def longest_wait(act: Callable[[], Awaitable[object]], done: Callable[[], bool]) -> tuple[float, float, float]:
    """The longest time that the loop was held up, what of that it worked (not waited for its turn), and the whole."""
    began = last = time.perf_counter()
    worked = time.thread_time()
    worst = busiest = 0.0
    doing = asyncio.ensure_future(act())
    while not (doing.done() and done()):
        await asyncio.sleep(_BEAT)
        now, work = time.perf_counter(), time.thread_time()
        worst, busiest = max(worst, now - last - _BEAT), max(busiest, work - worked)
        last, worked = now, work
    return worst, busiest, last - began


async def measured(rows: int) -> None:
    """Fill the list and press the keys."""
    chance = random.Random(1)
    app = MailscopeApp((), Settings(dns="none"), engine=Engine())
    async with app.run_test(size=(120, 40)) as pilot:
        await pilot.pause()
        screen = app.desk
        cases = tuple(Case(number, f"mail/{number:06}.eml") for number in range(rows))
        screen.post_message(Batch(cases, (), loading=True))
        results = tuple(Result(number, None, gist=gist(chance, number)) for number in range(rows))
        screen.post_message(Batch((), results, loading=False))
        while screen.desk.waiting or not screen.desk.cases or not screen.furnished:
            await pilot.pause(0.1)
        await pilot.pause(0.5)
        for name, keys, done in (
            ("sort by severity", ("S", "down", "enter"), lambda: screen.desk.order == "severity"),
            ("sort by date", ("S", "down", "down", "enter"), lambda: screen.desk.order == "date"),
            ("sort by sender", ("S", "down", "down", "down", "enter"), lambda: screen.desk.order == "sender"),
            ("sort by subject", ("S", *["down"] * 4, "enter"), lambda: screen.desk.order == "subject"),
            ("group by cause", ("b",), lambda: screen.desk.grouped),
            ("group no more", ("b",), lambda: not screen.desk.grouped),
            ("filter", ("slash", *"from:a12"), lambda: screen.desk.query == "from:a12"),
            ("filter no more", ("escape",), lambda: not screen.desk.query),
            ("mark all", ("M",), lambda: bool(screen.desk.marks)),
        ):
            worst, busiest, whole = await longest_wait(lambda keys=keys: press(pilot, keys), done)
            times = f"longest wait {worst * 1000:4.0f} ms, of processor time {busiest * 1000:4.0f} ms"
            print(f"{name:<18} {times}   whole {whole * 1000:5.0f} ms")


async def press(pilot: Pilot[int], keys: tuple[str, ...]) -> None:
    """Press them one after the other."""
    for key in keys:
        pilot.app.simulate_key(key)
        await asyncio.sleep(0.1)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=100_000)
    asyncio.run(measured(parser.parse_args().rows))


if __name__ == "__main__":
    main()
