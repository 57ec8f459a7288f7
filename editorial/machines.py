"""What leaves one machine, read from addresses: replicas, a cache that may vanish, media in a bucket."""

from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from environ import Env

REPLICA_PATIENCE = 2  # seconds for a connection; a page waits for a replica that is gone once in a while
PAGE_PATIENCE = 5_000  # milliseconds for a question of a public page to a replica; then the primary is asked
KEPT = 60  # seconds
POSTGRES = "postgresql"


def tuned(database: dict) -> dict:
    """A PostgreSQL database with what this program asks of each connection; others as they are.

    Threads keep their connections for a minute: a third more pages than with a new one each time, as many as with a
    pool (docs/operations.md).
    """
    if POSTGRES in database["ENGINE"]:
        database.setdefault("CONN_MAX_AGE", KEPT)
        database.setdefault("CONN_HEALTH_CHECKS", True)
        # Compiling a query of the desk took a second, running it a tenth of that (`make load`)
        database.setdefault("OPTIONS", {}).setdefault("options", "-c jit=off")
    return database


def replicas(primary: dict, urls: list[str]) -> dict[str, dict]:
    """{"replica1": …} for DATABASES. Raises ImproperlyConfigured for another kind of database than the primary."""
    found = {}
    for number, url in enumerate(urls, 1):
        replica = Env.db_url_config(url)
        if replica["ENGINE"] != primary["ENGINE"]:
            raise ImproperlyConfigured("DATABASE_REPLICA_URLS: the same kind of database as DATABASE_URL.")
        if POSTGRES in replica["ENGINE"]:
            options = replica.setdefault("OPTIONS", {})
            options.setdefault("connect_timeout", REPLICA_PATIENCE)
            options.setdefault("options", f"-c jit=off -c statement_timeout={PAGE_PATIENCE}")
        for name in ("CONN_MAX_AGE", "CONN_HEALTH_CHECKS"):
            if name in primary:
                replica.setdefault(name, primary[name])
        found[f"replica{number}"] = replica | {"TEST": {"MIRROR": "default"}}
    return found


def steady(cache: dict) -> dict:
    """Redis behind `SteadyRedis`; other caches as they are."""
    if cache["BACKEND"].endswith(".RedisCache"):
        return cache | {"BACKEND": "editorial.steady.SteadyRedis"}
    return cache


def media(url: str) -> dict:
    """The storage of pictures: the local disk for "", else `s3://KEY:SECRET@HOST[:PORT]/BUCKET?region=…&prefix=…`.

    Without KEY the usual places of AWS are asked (environment, role of the machine); without HOST it is AWS itself.
    `insecure=1` speaks http, for a bucket in the same private network. Raises ImproperlyConfigured.
    """
    if not url:
        return {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    parts, asked = urlsplit(url), {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
    bucket = parts.path.strip("/")
    if (
        parts.scheme != "s3"
        or not bucket
        or "/" in bucket
        or not {*asked} <= {"region", "prefix", "insecure"}
    ):
        raise ImproperlyConfigured(
            "MEDIA_STORAGE_URL: s3://KEY:SECRET@HOST/BUCKET?region=…, with `prefix` and `insecure=1` if needed."
        )
    options = {"bucket_name": bucket, "region_name": asked.get("region"), "location": asked.get("prefix", "")}
    if parts.hostname:
        scheme = "http" if asked.get("insecure") == "1" else "https"
        options["endpoint_url"] = f"{scheme}://{parts.netloc.rpartition('@')[2]}"
    if parts.username:
        options |= {"access_key": unquote(parts.username), "secret_key": unquote(parts.password or "")}
    return {"BACKEND": "editorial.bucket.Bucket", "OPTIONS": options}


def check_hook(name: str, url: str, secret: str) -> None:
    """Raises ImproperlyConfigured unless it is an http(s) address with a secret to sign by."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not secret:
        beside = f"{name.removesuffix('URL')}SECRET"
        raise ImproperlyConfigured(f"{name}: an http(s) address, with {beside} beside it.")
