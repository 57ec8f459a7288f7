"""As much of an S3 server as a storage of pictures asks: PUT, GET, HEAD and DELETE of /bucket/name, in memory."""

from contextlib import contextmanager
from hashlib import md5
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_PUT(self):
        data = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.files[self.path] = (data, self.headers["Content-Type"])
        self._answer(200)

    def do_GET(self):
        found = self.server.files.get(self.path)
        self._answer(200, *found) if found else self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    do_HEAD = do_GET

    def do_DELETE(self):
        self.server.files.pop(self.path, None)
        self._answer(204)

    def _answer(self, status: int, data: bytes = b"", kind: str = "application/xml"):
        self.server.asked.append((self.command, self.path, self.headers["Authorization"] or ""))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.send_header("ETag", f'"{md5(data).hexdigest()}"')
        self.send_header("Last-Modified", "Wed, 25 Nov 2026 00:00:00 GMT")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def log_message(self, *args):
        pass


@contextmanager
def serving():
    """A server with `files` {path: (bytes, type)} and `asked` [(method, path, authorization)]."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads, server.files, server.asked = True, {}, []
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
