"""DMARC by RFC 9989 and by RFC 7489."""
