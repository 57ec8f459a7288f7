"""The half of the index that is written in the database's own words."""

from django.db import connection

from . import postgres, sqlite


def of_the_database():
    return postgres if connection.vendor == "postgresql" else sqlite
