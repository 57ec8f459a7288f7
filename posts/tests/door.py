"""At the door of the desk, for tests: trying to sign in, codes of a device, mails about accounts."""

import threading
import time

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from posts.workflow import factors

from .make import make_user

LOGIN, STEP = reverse("admin:login"), reverse("admin:second_step")
PASSWORD = "静かな湖畔の森-2026"
QUICK = ["django.contrib.auth.hashers.MD5PasswordHasher"]


class Slow(PBKDF2PasswordHasher):
    """Slow enough to be seen, quicker than the real one."""

    algorithm, iterations = "slow", 300_000


def member(role: str = "writer", name: str = "", **more):
    """Somebody who can sign in with PASSWORD."""
    person = make_user(role, name=name, **({"email": f"{name or role}@example.com"} | more))
    person.set_password(PASSWORD)
    person.save()
    return person


def attempt(name: str, password: str = "wrong", *, client: Client | None = None, **meta):
    """The answer to the form of the sign-in page; `meta` is what a server says of the request (REMOTE_ADDR, …)."""
    return (client or Client()).post(LOGIN, {"username": name, "password": password}, **meta)


def is_in(client: Client) -> bool:
    return client.get(reverse("admin:index")).status_code == 200


def equip(person) -> tuple[TOTPDevice, list[str]]:
    """A device that is in use, with its recovery codes."""
    device = factors.begin(person)
    codes = factors.confirm(person, code_of(device))
    device.refresh_from_db()
    TOTPDevice.objects.filter(pk=device.pk).update(last_t=-1)  # as if that code had been long ago
    return device, codes


def code_of(device: TOTPDevice, steps: int = 0) -> str:
    return f"{totp(device.bin_key, t0=-30 * steps):06d}"


def wrong_code(device: TOTPDevice) -> str:
    near = {int(code_of(device, steps)) for steps in range(-3, 4)}
    return next(f"{number:06d}" for number in range(100) if number not in near)


def mails() -> list:
    """What has been sent, once the threads that send are done."""
    for thread in threading.enumerate():
        if thread.name in ("account-mail", "reset-mail"):
            thread.join()
    return mail.outbox


def seconds(name: str, number: int) -> float:
    """What a failed sign-in costs this process, from an address that has not failed before."""
    client = Client(REMOTE_ADDR=f"192.0.2.{number}")
    began = time.process_time()
    assert attempt(name, client=client).status_code == 200
    return time.process_time() - began
