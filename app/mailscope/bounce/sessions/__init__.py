"""Records of SMTP sessions, and how the two sides behaved."""
