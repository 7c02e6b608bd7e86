"""DKIM signatures (RFC 6376): verified, and which bytes they vouch for."""
