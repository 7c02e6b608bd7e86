"""Reports written out: text, Markdown, HTML, JSON."""
