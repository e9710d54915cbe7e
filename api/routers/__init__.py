"""The routes of the HTTP side, a file a domain."""
