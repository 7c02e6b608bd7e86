"""Signatures taken apart: what could be added unnoticed, what broke one, who wrote what none vouches for, replay."""
