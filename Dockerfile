# One image, two commands: `lora api` and `lora worker` (and `lora migrate` before either)
FROM python:3.11-slim-bookworm AS build
ARG TRAIN=0
WORKDIR /srv
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN sed '/^# the development packages/,$d' requirements.lock > base.lock \
    && pip install --no-deps --require-hashes -r base.lock \
    && if [ "$TRAIN" = 1 ]; then \
         sed '1,/^# the training extra/d' requirements.lock > train.lock \
         && pip install torch==2.13.0 && pip install --no-deps --require-hashes -r train.lock; \
       fi
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY workers workers
RUN pip install --no-deps .

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --create-home lora && install -d -o lora /srv /var/lib/lora /var/lib/lora/models
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv
COPY --chown=lora alembic.ini ./
COPY --chown=lora migrations migrations
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 LORA_HOST=0.0.0.0 LORA_DATA_DIR=/var/lib/lora \
    LORA_MODELS_DIR=/var/lib/lora/models
USER 10001
EXPOSE 8000
CMD ["lora", "api"]
