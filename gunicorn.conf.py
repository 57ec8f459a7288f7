"""gunicorn reads this file where it is started: `gunicorn` alone starts the site as it is meant to run.

Sizes of the machine come from the environment; what protects the site stands here. docs/operations.md says more.
"""

import os
from pathlib import Path

import gunicorn.util

from editorial import workers as own
from editorial.worker import refused

wsgi_app = "editorial.wsgi"
bind = os.environ.get("BIND", "127.0.0.1:8000")
workers = int(os.environ.get("WEB_WORKERS", "2"))  # processes: one or two for each core
threads = int(os.environ.get("WEB_THREADS", "4"))  # requests at once in each
worker_class = "editorial.worker.Worker"  # threads, with an end to their patience

max_requests, max_requests_jitter = 5_000, 500  # a leak somewhere costs one process, not the machine
timeout = 60  # seconds without a sign of life, after which a process is replaced
graceful_timeout = 30  # seconds to finish what was begun when the site is stopped
keepalive = 5  # seconds; a server in front should keep its connections for less

# The longest address of ours: 500 characters, percent-encoded (posts/site/redirects.py). Others answer 414 and 431.
limit_request_line = 8_190
limit_request_fields = 64
limit_request_field_size = 8_190

control_socket_disable = True  # nothing here is steered while it runs
if Path("/dev/shm").is_dir():  # noqa: S108  (in a container the usual place is a slow disk: signs of life come late)
    worker_tmp_dir = "/dev/shm"  # noqa: S108

gunicorn.util.write_error = refused

logconfig_dict = own.log_config(os.environ.get("LOG_FORMAT", "plain"))
on_starting, child_exit = own.begun, own.gone
