"""What a refusal comes to: its code, its phase, its cause, and the words for people."""
