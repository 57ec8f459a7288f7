"""Files that the program makes are its own and its group's: databases, pictures, exports. Nobody else reads them."""

import os

CLOSED = 0o027


def close() -> None:
    """Take rights of others away from whatever this process makes; never gives any (called where a process begins)."""
    os.umask(os.umask(0o777) | CLOSED)
