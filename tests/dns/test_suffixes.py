"""The public suffix list: plain rules, wildcards, exceptions, other scripts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailscope.dns.name import absolute
from mailscope.dns.suffixes import organizational_domain, public_suffix


@pytest.mark.parametrize(
    ("domain", "organization"),
    [
        ("example.com", "example.com"),
        ("a.b.Example.COM.", "example.com"),
        ("com", None),
        ("a.example.co.uk", "example.co.uk"),
        ("co.uk", None),
        ("a.b.ck", "a.b.ck"),
        ("b.ck", None),
        ("www.ck", "www.ck"),
        ("x.www.ck", "www.ck"),
        ("a.city.kobe.jp", "city.kobe.jp"),
        ("a.b.c.kobe.jp", "b.c.kobe.jp"),
        ("a.site.github.io", "site.github.io"),
        ("a.example.nosuchsuffix", "example.nosuchsuffix"),
        ("nosuchsuffix", None),
        ("www.食狮.公司.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("www.xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("", None),
        (".", None),
        ("a..com", None),
    ],
)
def test_finds_the_organization(domain: str, organization: str | None) -> None:
    assert organizational_domain(domain) == organization


@given(st.text(max_size=60) | st.from_regex(r"([a-z0-9-]{1,8}\.){1,4}(com|uk|ck|jp|io)", fullmatch=True))
def test_an_organization_is_its_suffix_and_one_label(domain: str) -> None:
    organization, suffix = organizational_domain(domain), public_suffix(domain)

    if organization is not None:
        assert organization.partition(".")[2] == suffix
        assert f".{absolute(domain)}".endswith(f".{organization}.")
        assert organizational_domain(organization) == organization
