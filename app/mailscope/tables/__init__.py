"""Text that a postmaster could correct, kept as data."""
