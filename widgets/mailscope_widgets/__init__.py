"""Widgets for Textual that mailscope is drawn with; they know nothing of mail."""
