"""The embedded default: real PostgreSQL, Redis and S3 servers for one data folder."""


class EmbeddedError(Exception):
    """An embedded service cannot run here; the message is a sentence with the cause and the remedy."""
