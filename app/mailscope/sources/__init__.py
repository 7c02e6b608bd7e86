"""What the reader hands in, turned into specimens."""
