# One image for web, workers, scheduler and Flower; compose.yaml shows the command of each.
#   docker build -t notificaciones .
#   docker run -p 127.0.0.1:8000:8000 -v notificaciones:/datos -e SECRET_KEY=… -e REDIS_URL=… notificaciones

FROM python:3.11-slim-bookworm AS base
ENV PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    PATH=/opt/venv/bin:$PATH

FROM base AS dependencias
# Without Flower: --build-arg REQUISITOS="-r requirements.txt"
ARG REQUISITOS="-r requirements.txt -r requirements-flower.txt"
WORKDIR /construccion
COPY requirements.txt requirements-flower.txt ./
# Wheels only: an image without a compiler should say so here, not fail half-way through a build.
# pip leaves the environment again: nothing installs anything in a running container.
RUN python -m venv /opt/venv \
    && pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: $REQUISITOS \
    && python -m compileall -q /opt/venv \
    && pip uninstall --quiet --yes pip setuptools

FROM base AS servicio
RUN groupadd --gid 10001 tienda \
    && useradd --uid 10001 --gid tienda --no-create-home --home-dir /datos --shell /usr/sbin/nologin tienda \
    && install -d -o tienda -g tienda /datos /datos/media /datos/beat
COPY --from=dependencias /opt/venv /opt/venv
WORKDIR /app
COPY . .
# The key is for this one step, which signs nothing. The code stays root's: the service cannot change itself.
RUN SECRET_KEY=only-for-collectstatic-which-signs-nothing-at-all-1234567890 DATABASE_URL=sqlite://:memory: python manage.py collectstatic --noinput \
    && python -m compileall -q .

# What is written goes to /datos, for a volume; the static files stay in the image, as an old volume would serve old ones.
# No VOLUME: every worker would get an anonymous one.
ENV DATABASE_URL=sqlite:////datos/db.sqlite3 \
    MEDIA_ROOT=/datos/media
USER 10001:10001
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-I", "myproject/vivo.py"]
CMD ["daphne", "-b", "0.0.0.0", "-p", "8000", "myproject.asgi:application"]
