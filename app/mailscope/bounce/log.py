"""Lines of mail logs, whatever system wrote them."""

from mailscope.bounce.failure import Notice
from mailscope.limits import Limits


def read_log(content: bytes, limits: Limits) -> Notice:
    """What log lines tell, a row a recipient; any bytes give a Notice."""
    return Notice(form="log")
