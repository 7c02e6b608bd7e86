"""Links: their true targets, and which of them deserve a second look."""

from hypothesis import given
from hypothesis import strategies as st

from mailscope.mail.links import MOST, Link, hosts, link_to, read_links
from mailscope.mail.message import parse_message
from mailscope.mail.mime import read_body


def _links(body: str, kind: str = "text/html") -> tuple[Link, ...]:
    raw = f"Content-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}".encode()
    return read_links(read_body(parse_message(raw))).found


def test_a_link_that_shows_one_host_and_leads_to_another_is_odd() -> None:
    (link,) = _links('<p><a class="b" href="https://evil.example/login?x=1&amp;y=2"><b>www.bank.example</b></a>')

    assert (link.target, link.shown) == ("https://evil.example/login?x=1&y=2", "www.bank.example")
    assert link.host == "evil.example"
    assert link.oddities == ("the text shows www.bank.example, the link leads to evil.example",)


def test_words_and_subdomains_are_not_odd() -> None:
    found = _links(
        "<a href='http://mail.bank.example/a'>bank.example</a> <a href=https://bank.example>Click here, now.</a>"
    )

    assert [link.oddities for link in found] == [(), ()]


def test_what_a_browser_would_do_with_the_target_is_what_counts() -> None:
    odd = {
        "https://bank.example@evil.example/": "evil.example",
        "https:\\\\evil.example\\x": "evil.example",
        "ht\ntps://evil.example": "evil.example",
        "//evil.example/x": "evil.example",
        "http://192.0.2.7/": "192.0.2.7",
        "https://b\u00e4nk.example/": "xn--bnk-qla.example",
    }

    assert {target: link_to(target, "", "a").host for target in odd} == odd
    assert [bool(link_to(target, "", "a").oddities) for target in odd] == [True, False, True, False, True, True]
    assert link_to("javascript:alert(1)", "", "a").oddities


def test_plain_text_gives_links_without_the_full_stop_after_them() -> None:
    (link,) = _links("See https://list.example/thread/7.\r\n", "text/plain")

    assert link.target == "https://list.example/thread/7"


def test_a_flood_of_links_is_cut_and_told() -> None:
    flood = b"".join(b'<a href="http://h%d.example/">x</a>' % place for place in range(MOST + 5))
    links = read_links(read_body(parse_message(b"Content-Type: text/html\r\n\r\n" + flood)))

    assert len(links.found) == MOST
    assert "1,000" in links.problem
    assert len(hosts(links.found)) == MOST


@given(st.text(alphabet=st.sampled_from("<a href=\"http://x.ex/'> \n&;#<>=@"), max_size=400))
def test_any_html_gives_links(text: str) -> None:
    for link in _links(text):
        assert link.target
