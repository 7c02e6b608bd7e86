"""What a scan remembers of DKIM keys: which stand under several names, in bounded memory."""

from mailscope.batch.tally import KEYS, NAMES, Mark, Tally


def _mark(*keys: tuple[str, str]) -> Mark:
    return Mark(None, 1, keys=keys)


def test_a_key_under_several_names_is_told_at_the_end() -> None:
    tally = Tally()
    for mark in (
        _mark(("aa", "s1._domainkey.a.example")),
        _mark(("bb", "x._domainkey.b.example"), ("aa", "s2\x1b.c.example")),
    ):
        tally.add(mark)
        tally.add(mark)

    assert tally.shared_keys() == (("s1._domainkey.a.example", "s2\x1b.c.example"),)
    assert "1 DKIM key under several names (s1._domainkey.a.example, s2\u241b.c.example)" in tally.line(1.0)


def test_a_key_of_its_own_for_each_name_is_not_worth_a_word() -> None:
    tally = Tally()
    tally.add(_mark(("aa", "a"), ("bb", "b")))

    assert tally.shared_keys() == ()
    assert "DKIM" not in tally.line(1.0)


def test_memory_stays_bounded_however_many_keys_come() -> None:
    tally = Tally()
    tally.add(_mark(*((f"{number}", "name") for number in range(KEYS + 10))))
    tally.add(_mark(*(("0", f"{number}") for number in range(NAMES + 10))))

    assert len(tally.keys) == KEYS
    assert len(tally.keys["0"]) == NAMES
