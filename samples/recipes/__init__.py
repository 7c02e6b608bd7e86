"""How each sample is made: who wrote it, which hosts it passed, who signed and who stamped it."""
