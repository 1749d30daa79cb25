# One image, two commands: `lora api` and `lora worker` (and `lora migrate` before either)
FROM python:3.11-slim-bookworm AS build
ARG TRAIN=0
WORKDIR /srv
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN sed '/^# the training extra/,$d' requirements.lock > base.lock \
    && pip install --no-deps --require-hashes -r base.lock \
    && if [ "$TRAIN" = 1 ]; then \
         pip install torch==2.13.0 && pip install --no-deps --require-hashes -r requirements.lock; \
       fi
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY workers workers
RUN pip install --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home lora && install -d -o lora /srv /var/lib/lora
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv
COPY --chown=lora alembic.ini ./
COPY --chown=lora migrations migrations
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 LORA_HOST=0.0.0.0 LORA_DATA_DIR=/var/lib/lora
USER 10001
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/api/health/live')"]
CMD ["lora", "api"]
