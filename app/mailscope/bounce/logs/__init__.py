"""Mail logs of every system: lines gathered into the story of each message and recipient."""
