"""Limits of what one caller may have an API process do at a time; quotas.py limits what a user may keep.

Nothing here depends on a setting: these protect the process that all callers share, whatever a user may keep.
A limit of one user is counted in each process, since it bounds what that process does.
"""

# before a caller is known
HEADER_BYTES = 65_536  # request line and all header fields together
HEADER_SECONDS = 20  # from the start of a connection, or of its next request, to the end of its header
TARGET_CHARACTERS = 8_192  # path and query as sent; an answer is 414 above it
LOGGED_CHARACTERS = 1_000  # of a value that a caller wrote; what is longer is cut before a pattern sees it
BODY_SECONDS = 30  # for a whole body
SEND_SECONDS = 60  # for each piece of an answer that the caller takes
LEAST_BYTES_PER_SECOND = 50_000  # that a caller takes of a download, after the first SEND_SECONDS of waiting

# of one user, in one process
STREAMS = 50
PREVIEWS = 4
ARCHIVES = 3

# of all users, in one process
ALL_PREVIEWS = 40  # most of them wait for a child
ALL_ARCHIVES = 20
