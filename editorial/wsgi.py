"""WSGI entry point: gunicorn editorial.wsgi"""

import os

from django.core.wsgi import get_wsgi_application

from . import modes

modes.close()
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "editorial.settings")
application = get_wsgi_application()
