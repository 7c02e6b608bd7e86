"""Asking the DNS, or a recording; nothing here raises on an answer."""
