"""Notices that tell of failed mail: for machines, for people, and pasted in pieces."""
