"""The one backend: axes asks first whether the person may try, then the password is compared."""

from axes.backends import AxesStandaloneBackend

from posts.roles import RoleBackend


class DeskBackend(AxesStandaloneBackend, RoleBackend):
    """One class rather than two in a row: a session names its backend, and axes' own can load nobody."""

    def authenticate(self, request, username=None, password=None, **kwargs):
        """The user, or None. Raises PermissionDenied where too many have failed.

        Without a request (a command, a test) there is no address to count by, and nothing is counted.
        """
        if request is not None:
            super().authenticate(request, username=username, password=password, **kwargs)
        return RoleBackend.authenticate(self, request, username=username, password=password, **kwargs)
