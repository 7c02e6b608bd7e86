"""The workshop of the DKIM tests: keys, a signer and a DNS."""

from tests.dkim.conftest import workshop

__all__ = ["workshop"]
