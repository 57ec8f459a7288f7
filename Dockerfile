# Editorial in a container: `docker build -t editorial .` (docs/operations.md, Containers).
# What is installed is pinned by hash; what runs is not root and writes to /srv/media and /tmp only.
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
COPY requirements.txt /tmp/
RUN /opt/venv/bin/pip install --require-hashes --only-binary :all: -r /tmp/requirements.txt
WORKDIR /app
COPY manage.py gunicorn.conf.py ./
COPY editorial editorial
COPY posts posts
COPY templates templates
COPY static static
RUN rm -rf posts/tests && \
    SECRET_KEY=for-this-step-only /opt/venv/bin/python manage.py collectstatic --noinput && \
    /opt/venv/bin/python -m compileall -q /opt/venv/lib editorial posts && \
    chmod -R a+rX /app  # collectstatic keeps its files from others, and the program is another user

FROM python:3.11-slim-bookworm AS web
RUN groupadd --gid 10001 editorial && \
    useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin editorial && \
    install -d -o editorial -g editorial -m 750 /srv/media
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp \
    MEDIA_ROOT=/srv/media STATIC_ROOT=/app/staticfiles BIND=0.0.0.0:8000
USER 10001:10001
VOLUME /srv/media
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=2)"]
CMD ["gunicorn"]
