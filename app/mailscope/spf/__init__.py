"""SPF (RFC 7208), evaluated for any client, at any hop."""
