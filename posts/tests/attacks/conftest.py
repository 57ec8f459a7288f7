"""The newsroom of the walk through all addresses, for the attacks too."""

from ..test_addresses import world  # noqa: F401
