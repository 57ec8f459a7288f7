"""Redis that is away, hangs, is full or holds rubbish: nobody gets an error, and nobody waits twice."""

import os
import socket
import time

import pytest
import redis.exceptions
from django.core.cache import caches

from editorial import steady
from posts.admin import throttle

pytestmark = pytest.mark.pure
REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/9")


@pytest.fixture(autouse=True)
def _anew():
    steady._again.clear()
    yield
    steady._again.clear()


def cache_at(address: str) -> steady.SteadyRedis:
    return steady.SteadyRedis(address, {"KEY_PREFIX": f"test-{os.getpid()}-{time.monotonic_ns()}"})


@pytest.fixture
def silent():
    """The address of a server that takes calls and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


@pytest.fixture
def nobody():
    """An address where nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    return f"redis://127.0.0.1:{port}/0"


def use(cache) -> None:
    """Everything that a cache can be asked; counting goes on wherever it is counted."""
    assert cache.get("a") is None and cache.get("a", 5) == 5
    assert cache.add("a", 0, 60) and not cache.add("a", 0, 60)
    assert [cache.incr("a"), cache.incr("a")] == [1, 2] and cache.get("a") == 2
    cache.set("b", {"x": "日本"}, 60)
    cache.set_many({"c": 1, "d": 2}, 60)
    assert cache.get_many(["b", "c", "none"]) == {"b": {"x": "日本"}, "c": 1}
    assert "c" in cache and cache.touch("c", 30) and cache.get_or_set("e", lambda: 7, 60) == 7
    cache.delete_many(["c", "d"])
    assert cache.delete("b") and not cache.delete("b") and "c" not in cache
    with pytest.raises(ValueError):
        cache.incr("never")


def test_D13_a_cache_that_is_away_is_replaced_by_memory(nobody):
    use(cache_at(nobody))


def test_D13_a_cache_that_hangs_is_waited_for_once(silent):
    began = time.monotonic()
    use(cache_at(silent))
    assert time.monotonic() - began < 3 * steady.PATIENCE


def test_control_without_the_wrapper_the_page_would_break(nobody):
    with pytest.raises(redis.exceptions.ConnectionError):
        steady.RedisCache(nobody, {}).get("a")


def test_D13_attempts_are_counted_while_the_cache_is_away(nobody, settings, monkeypatch):
    monkeypatch.setattr(throttle, "cache", cache_at(nobody))
    asked = [throttle.allowed("letter", "somebody", limit=3, seconds=60) for _ in range(5)]
    assert asked == [True, True, True, False, False]


def test_a_cache_that_comes_back_is_used_again(nobody, monkeypatch):
    cache, asked = cache_at(nobody), []
    cache.get("a")
    monkeypatch.setattr(steady.RedisCache, "_cache", property(asked.append))
    cache.get("a")
    assert not asked  # within the pause
    steady._again[cache._name] = time.monotonic() - 1
    cache.get("a")
    assert asked


@pytest.fixture
def server():
    found = cache_at(REDIS)
    if not _answers(found):
        pytest.skip("no Redis")
    return found


def _answers(cache) -> bool:
    try:
        return cache._cache.get_client().ping()
    except Exception:
        return False


def test_a_redis_that_answers_does_the_same(server):
    use(server)
    assert not steady._again


@pytest.mark.parametrize("rubbish", [b"\x80\x04broken", b"", b"pickle", b"\x80\x7f"])
def test_D13_rubbish_in_the_cache_is_not_there(server, rubbish):
    server._cache.get_client().set(server.make_key("a"), rubbish, ex=60)
    assert server.get("a") is None and server.get("a", 5) == 5 and server.get_many(["a"]) == {}
    server.set("a", 1, 60)
    assert server.get("a") == 1 and not steady._again


def test_the_tests_use_no_redis():
    assert "locmem" in type(caches["default"]).__module__
