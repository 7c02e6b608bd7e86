"""From facts to opinions: what of an analysis a person should know."""
