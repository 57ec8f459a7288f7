"""Somebody at the desk of one web process: signs in and takes steps by the forms, as a browser would."""
# ruff: noqa: S310 - the addresses are this machine's

import re
from http.cookiejar import CookieJar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *args):
        return None


class Desk:
    """With a name it has signed in; without one it is somebody who only knows the addresses."""

    def __init__(self, port: int, name: str = "", password: str = ""):
        self._base = f"http://127.0.0.1:{port}"
        self._open = build_opener(HTTPCookieProcessor(CookieJar()), _Stay()).open
        if name:
            self.post("/admin/login/", username=name, password=password, next="/admin/")

    def get(self, path: str) -> tuple[int, str]:
        try:
            with self._open(self._base + path, timeout=30) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as answer:
            return answer.code, answer.read().decode()

    def post(self, path: str, **fields: str) -> None:
        """Send the form of the page. Raises RuntimeError when it was not taken."""
        token = _TOKEN.search(self.get(path)[1])
        data = urlencode({"csrfmiddlewaretoken": token[1] if token else "", **fields}).encode()
        try:
            self._open(Request(self._base + path, data, {"Referer": self._base}), timeout=30)
            status = 200
        except HTTPError as answer:
            status = answer.code
        if status != 302:
            raise RuntimeError(f"{path}: {status}")

    def take(self, step: str, post: int, **fields: str) -> None:
        self.post(f"/admin/posts/post/{post}/steps/{step}/", **fields)
