"""The panes of a report."""
