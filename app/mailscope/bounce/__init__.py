"""Why it came back: delivery reports, replies, transcripts and logs read into one row a recipient."""
