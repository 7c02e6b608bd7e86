"""What others say they checked: Authentication-Results and its kin."""
