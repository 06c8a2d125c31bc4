# A small image that runs as nobody: dependencies by hash, the program and its starter feeds, nothing to build with.
FROM python:3.12-slim-bookworm AS build
WORKDIR /app
RUN python -m venv /opt/brinkwatch
COPY requirements.lock .
RUN /opt/brinkwatch/bin/pip install --no-cache-dir --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY brinkwatch brinkwatch
COPY producers producers
COPY processors processors
COPY sinks sinks
RUN /opt/brinkwatch/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /var/lib/brinkwatch --create-home brinkwatch
COPY --from=build /opt/brinkwatch /opt/brinkwatch
COPY seeds /app/seeds
ENV PATH=/opt/brinkwatch/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    BRINKWATCH_SEEDS_DIR=/app/seeds \
    BRINKWATCH_DATA_DIR=/var/lib/brinkwatch
WORKDIR /var/lib/brinkwatch
USER 10001
VOLUME /var/lib/brinkwatch
ENTRYPOINT ["brinkwatch"]
CMD ["run"]
