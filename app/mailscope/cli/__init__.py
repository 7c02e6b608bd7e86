"""The command line: open, report, scan, explain."""
