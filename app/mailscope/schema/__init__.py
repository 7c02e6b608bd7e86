"""A report as plain data: the JSON of schema mailscope/1, described for its readers in docs/json.md."""
