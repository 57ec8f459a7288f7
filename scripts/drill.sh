#!/usr/bin/env bash
# The drill for a disaster: an empty folder and a backup become a site that answers, with the seconds each part took.
#   scripts/drill.sh FILE [PORT]
# DRILL_DATABASE_URL names an empty PostgreSQL database; without it SQLite in the folder is used. Nothing is sent, the
# site of the backup is not touched, and the folder is removed at the end.
set -euo pipefail
[ $# -ge 1 ] || { echo "Name a backup: scripts/drill.sh FILE [PORT]" >&2; exit 2; }
file=$(realpath -- "$1") port=${2:-8299}
cd "$(dirname "$0")/.."
[ -x .venv/bin/python ] || make .make/runtime
python=.venv/bin/python
place=$(mktemp -d) server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$place"' EXIT

SITE_URL=$(tar -xOf "$file" head.json | "$python" -c 'import json, sys; print(json.load(sys.stdin)["site_url"])')
SECRET_KEY=$("$python" -c 'import secrets; print(secrets.token_urlsafe(64))')
export SITE_URL SECRET_KEY DEBUG=0 BEHIND_PROXY=1 EMAIL_URL=dummymail:// NOTICES_AT_ONCE=0 CACHE_URL=locmemcache://
export DATABASE_URL=${DRILL_DATABASE_URL:-sqlite:///$place/db.sqlite3} MEDIA_ROOT=$place/media STATIC_ROOT=$place/static
host=${SITE_URL#*://} began=$SECONDS

step() { printf '%5d s  %s\n' "$((SECONDS - began))" "$*"; }
ask() { # the site behind its server with TLS
    curl -sS -o /dev/null -w '%{http_code}' -H "Host: $host" -H "X-Forwarded-Proto: ${SITE_URL%%:*}" "http://127.0.0.1:$port$1"
}

"$python" manage.py migrate --verbosity 0
step "tables"
"$python" manage.py restore "$file" --verbosity 0
step "restored and compared"
"$python" manage.py collectstatic --noinput --verbosity 0
article=$("$python" manage.py shell --verbosity 0 -c '
from posts.models import Revision
newest = Revision.objects.published().latest_first().first()
print(newest.post.get_absolute_url() if newest else "/")')
"$python" -m gunicorn editorial.wsgi --workers 1 --threads 4 --bind "127.0.0.1:$port" --log-level warning &
server=$!
for _try in $(seq 60); do
    kill -0 "$server" 2>/dev/null || { echo "The server ended. Is port $port free?" >&2; exit 1; }
    [ "$(ask / 2>/dev/null)" = 200 ] && break
    sleep 0.5
done
for path in / "$article" /feed.xml /sitemap.xml /admin/login/; do
    status=$(ask "$path")
    step "$status $path"
    [ "$status" = 200 ] || { echo "$path does not answer." >&2; exit 1; }
done
step "serving"
