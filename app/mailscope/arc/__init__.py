"""ARC chains (RFC 8617)."""
