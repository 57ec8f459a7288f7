"""Pictures in an S3-style bucket, shown at the same addresses as from a disk: /media/… (decision 36)."""

from botocore.config import Config
from django.conf import settings
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):
    """Names are made of the hash of what is in them, so that the same name may be written twice.

    Nothing in the bucket has to be public: /media/ reads it (files.py), or a server in front does.
    """

    def get_default_settings(self) -> dict:
        return super().get_default_settings() | {
            "default_acl": None,
            "file_overwrite": True,
            "object_parameters": {"CacheControl": "public, max-age=86400"},
            "client_config": Config(
                connect_timeout=3,
                read_timeout=10,
                retries={"total_max_attempts": 3},
                signature_version="s3v4",
                s3={"addressing_style": "path"},  # the one that every server of this kind knows
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        }

    def url(self, name, parameters=None, expire=None, http_method=None) -> str:
        return settings.MEDIA_URL + name
