"""Many messages, a row each, in bounded memory."""
