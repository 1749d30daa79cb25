# One image, two commands: `lora api` and `lora worker` (and `lora migrate` before either)
ARG PYTHON_IMAGE=python:3.11.14-slim-bookworm
FROM ${PYTHON_IMAGE} AS build
ARG TRAIN=0
# where PyTorch comes from; the default build is for CUDA 13, whose oldest GPU is Turing (a V100 needs one for CUDA 12.6)
ARG TORCH_INDEX=
WORKDIR /srv
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
RUN python -m venv /opt/venv && python -m venv /opt/build
ENV PATH=/opt/venv/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.lock ./
RUN sed '/^# the development packages/,$d' requirements.lock > base.lock \
    && pip install --no-deps --require-hashes -r base.lock \
    && if [ "$TRAIN" = 1 ]; then \
         sed '1,/^# the training extra/d' requirements.lock > train.lock \
         && ( if [ -n "$TORCH_INDEX" ]; then export PIP_INDEX_URL="$TORCH_INDEX"; fi; pip install torch==2.13.0 ) \
         && pip install --no-deps --require-hashes -r train.lock; \
       fi
# what builds the package comes from the lock as well, and stays behind
RUN awk '/^[a-z]/ { keep = /^(hatchling|packaging|pathspec|pluggy|tomlkit|trove-classifiers)==/ } keep' requirements.lock > build.lock \
    && /opt/build/bin/pip install --no-deps --require-hashes -r build.lock
COPY pyproject.toml README.md LICENSE ./
COPY app app
COPY workers workers
RUN /opt/build/bin/pip wheel --no-index --no-deps --no-build-isolation --wheel-dir /opt/wheel . \
    && pip install --no-index --no-deps /opt/wheel/*.whl

FROM ${PYTHON_IMAGE}
RUN useradd --system --uid 10001 --create-home lora && install -d -o lora /var/lib/lora /var/lib/lora/models
COPY --from=build /opt/venv /opt/venv
WORKDIR /srv
COPY alembic.ini ./
COPY migrations migrations
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 LORA_HOST=0.0.0.0 LORA_DATA_DIR=/var/lib/lora \
    LORA_MODELS_DIR=/var/lib/lora/models
USER 10001
EXPOSE 8000
CMD ["lora", "api"]
