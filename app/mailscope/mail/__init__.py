"""The message as bytes: fields with their exact spans, and what is written in them."""
