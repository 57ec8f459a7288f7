"""Files: the pictures, the space for them, who else may read what, and the static files of this version."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import HashedFilesMixin, staticfiles_storage
from django.core.files.storage import FileSystemStorage, default_storage
from django.db import connection
from django.utils.translation import gettext as _

from posts.models import Image
from posts.transfer.wording import printable

from .finding import Finding, error, fine, warning

OTHERS = stat.S_IRWXO
SCARCE, LAST = 1024**3, 200 * 1024**2  # bytes left
FEW_FILES = 10_000  # inodes left


def media() -> Iterator[Finding]:
    """Whether pictures can be stored, and are where their rows say."""
    if not isinstance(default_storage, FileSystemStorage):
        yield fine("media.place", _("Pictures lie in a bucket."))
        return
    root = Path(settings.MEDIA_ROOT)
    try:
        root.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=root, prefix=".doctor-"):
            pass
    except OSError as fault:
        yield error(
            "media.writable",
            _("No picture can be stored: %(reason)s") % {"reason": printable(fault)},
            _("Give the folder of MEDIA_ROOT to the account that runs the site."),
        )
    names = Image.objects.values_list("file", flat=True).iterator()
    gone = [name for name in names if not (root / name).is_file()]
    if gone:
        yield error(
            "media.gone",
            _("%(count)d pictures have no file, first %(name)s.")
            % {"count": len(gone), "name": printable(gone[0])},
            _("Bring MEDIA_ROOT back from the backup of the same day as the database."),
        )


def space() -> Iterator[Finding]:
    places = {"media": Path(settings.MEDIA_ROOT), "tmp": Path(tempfile.gettempdir())}
    if database := _database_file():
        places["database"] = database.parent
    for name, place in places.items():
        if not place.exists():
            continue
        free, left = shutil.disk_usage(place).free, os.statvfs(place)
        if free < SCARCE:
            say = error if free < LAST else warning
            yield say(
                f"disk.{name}",
                _("%(count)d MB are left for %(place)s.") % {"count": free // 1024**2, "place": name},
                _(
                    "Free some space or enlarge the disk: a full one loses nothing, and nothing can be saved on it."
                ),
            )
        if left.f_files and left.f_favail < FEW_FILES:
            yield warning(
                f"disk.{name}",
                _("Only %(count)d more files fit on the disk of %(place)s.")
                % {"count": left.f_favail, "place": name},
                _("Remove old files, or move it to another disk."),
            )


def modes() -> Iterator[Finding]:
    """B42: the database, the settings and the pictures are nobody else's to read or write."""
    if database := _database_file():
        for path in (database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))):
            yield from _closed("modes.database", path)
    yield from _closed("modes.env", Path(settings.BASE_DIR) / ".env")
    if isinstance(default_storage, FileSystemStorage):
        yield from _pictures(Path(settings.MEDIA_ROOT))


def _closed(name: str, path: Path) -> Iterator[Finding]:
    if path.is_file() and path.stat().st_mode & OTHERS:
        yield error(
            name,
            _("Every account of this machine may read %(file)s.") % {"file": path.name},
            _("chmod o-rwx %(file)s, and let the site run with umask 027.") % {"file": path.name},
        )


def _pictures(root: Path) -> Iterator[Finding]:
    """Pictures of drafts are nobody else's on this machine to read, and none is to write."""
    open_to, foreign, first = 0, 0, ""
    for folder, _folders, names in os.walk(root):
        for path in (Path(folder), *(Path(folder) / name for name in names)):
            found = path.lstat()
            if found.st_mode & OTHERS and not stat.S_ISLNK(found.st_mode):
                open_to, first = open_to + 1, first or str(path.relative_to(root))
            foreign += found.st_uid != os.geteuid() and os.geteuid() != 0
    if open_to:
        yield warning(
            "modes.media",
            _(
                "%(count)d files or folders of pictures are open to every account of this machine, first %(name)s."
            )
            % {"count": open_to, "name": printable(first)},
            _("chmod -R o-rwx on the folder of MEDIA_ROOT; the server in front reads it by its group."),
        )
    if foreign:
        yield warning(
            "modes.owner",
            _("%(count)d files of pictures belong to another account: they cannot be replaced or erased.")
            % {"count": foreign},
            _("Run commands as the account that runs the site, and give it these files (chown)."),
        )


def static() -> Iterator[Finding]:
    """The files with a hash in their names, as this version of the program has them."""
    if not isinstance(staticfiles_storage, HashedFilesMixin):
        return
    remedy = _("Run: manage.py collectstatic --noinput, and start the site anew.")
    known = staticfiles_storage.load_manifest()[0]
    if not known:
        yield error("static.manifest", _("There is no list of static files: pages answer 500."), remedy)
        return
    root = Path(staticfiles_storage.location)
    folders = map(Path, settings.STATICFILES_DIRS)
    files = ((folder, path) for folder in folders for path in folder.rglob("*") if path.is_file())
    names = [path.relative_to(folder).as_posix() for folder, path in files]
    missing = [name for name in names if name not in known or not (root / known[name]).is_file()]
    if missing:
        yield error(
            "static.missing",
            _("%(count)d static files of this version are not collected, first %(name)s.")
            % {"count": len(missing), "name": missing[0]},
            remedy,
        )


def _database_file() -> Path | None:
    if connection.vendor != "sqlite" or connection.is_in_memory_db():
        return None
    return Path(connection.settings_dict["NAME"])
