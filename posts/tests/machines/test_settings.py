"""Addresses of other machines in the environment: what they make of the settings, and what stops the start."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from editorial import machines

pytestmark = pytest.mark.pure
PRIMARY = {"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 60}


def test_connections_to_postgresql_are_kept_and_looked_at_before_use():
    found = machines.tuned({"ENGINE": "django.db.backends.postgresql"})
    assert (found["CONN_MAX_AGE"], found["CONN_HEALTH_CHECKS"]) == (60, True)
    assert machines.tuned({"ENGINE": "django.db.backends.postgresql", "CONN_MAX_AGE": 0})["CONN_MAX_AGE"] == 0
    assert machines.tuned({"ENGINE": "django.db.backends.sqlite3"}) == {
        "ENGINE": "django.db.backends.sqlite3"
    }


def test_a_replica_gives_up_soon_and_is_no_database_of_the_tests():
    found = machines.replicas(
        PRIMARY, ["postgres://u:p@a/one", "postgres://u:p@b:5433/one?connect_timeout=7"]
    )
    assert [*found] == ["replica1", "replica2"]
    assert found["replica1"]["OPTIONS"]["connect_timeout"] == 2 and found["replica1"]["CONN_MAX_AGE"] == 60
    assert found["replica2"]["OPTIONS"]["connect_timeout"] == 7 and found["replica2"]["PORT"] == 5433
    assert all(replica["TEST"] == {"MIRROR": "default"} for replica in found.values())


def test_a_replica_of_another_kind_stops_the_start():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_REPLICA_URLS"):
        machines.replicas(PRIMARY, ["sqlite:///elsewhere.sqlite3"])


def test_redis_is_steady_and_other_caches_are_left_alone():
    assert machines.steady({"BACKEND": "django.core.cache.backends.redis.RedisCache"}) == {
        "BACKEND": "editorial.steady.SteadyRedis"
    }
    local = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    assert machines.steady(local) is local


def test_media_stay_on_the_disk_until_a_bucket_is_named():
    assert "FileSystemStorage" in machines.media("")["BACKEND"]


def test_a_bucket_of_a_server_of_ones_own():
    found = machines.media(
        "s3://key:se%2Fcret@s3.example.com:9000/pictures?region=tokyo&prefix=desk&insecure=1"
    )
    assert found["OPTIONS"] == {
        "bucket_name": "pictures",
        "region_name": "tokyo",
        "location": "desk",
        "endpoint_url": "http://s3.example.com:9000",
        "access_key": "key",
        "secret_key": "se/cret",
    }


def test_a_bucket_by_the_role_of_the_machine():
    assert machines.media("s3:///pictures?region=ap-northeast-1")["OPTIONS"] == {
        "bucket_name": "pictures",
        "region_name": "ap-northeast-1",
        "location": "",
    }


@pytest.mark.parametrize(
    "url",
    ["https://s3.example.com/pictures", "s3://s3.example.com/", "s3://h/a/b", "s3://h/a?acl=public-read"],
    ids=["no s3", "no bucket", "two buckets", "unknown wish"],
)
def test_a_bucket_that_is_no_bucket_stops_the_start(url):
    with pytest.raises(ImproperlyConfigured, match="MEDIA_STORAGE_URL"):
        machines.media(url)
