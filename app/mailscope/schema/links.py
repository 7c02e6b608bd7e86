"""Where the links of the bodies lead."""

from mailscope.mail.links import Link, Links
from mailscope.schema.plain import Json


def links_dict(links: Links) -> Json:
    """How many, to which hosts, and every one that is to be looked at twice."""
    return {
        "count": len(links.found),
        "hosts": list(links.hosts),
        "odd": [_link(link) for link in links.odd],
        "problem": links.problem or None,
    }


def _link(link: Link) -> Json:
    return {
        "target": link.target,
        "shown": link.shown or None,
        "element": link.element,
        "host": link.host or None,
        "shown_host": link.shown_host or None,
        "inner": list(link.inner),
        "oddities": list(link.oddities),
        "start": link.span.start if link.span else None,
        "stop": link.span.stop if link.span else None,
    }
