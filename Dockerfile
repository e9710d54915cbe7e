# The same thing as `make run`, for a server that is reached from elsewhere.
#   docker build -t voicefit . && docker run -p 8080:8080 -v voicefit:/data voicefit
# The image speaks with Piper (GPL-3.0): build with --build-arg VOICE=none to leave it out.
FROM python:3.11-slim-bookworm AS build
ARG VOICE=piper
RUN pip install --no-cache-dir uv
WORKDIR /app
COPY pyproject.toml README.md LICENSE ./
COPY requirements requirements
RUN uv venv /venv && \
    if [ "$VOICE" = none ]; then lock=requirements/base.txt; else lock=requirements/piper.txt; fi && \
    uv pip install --python /venv/bin/python --no-cache --no-deps --require-hashes -r "$lock"
COPY . .
RUN uv pip install --python /venv/bin/python --no-cache --no-deps -e .

FROM python:3.11-slim-bookworm
RUN useradd --create-home --uid 10001 voicefit && mkdir /data && chown voicefit /data
COPY --from=build /venv /venv
COPY --from=build /app /app
ENV PATH=/venv/bin:$PATH VOICEFIT_HOME=/data VOICEFIT_HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER voicefit
WORKDIR /app
VOLUME /data
EXPOSE 8080
HEALTHCHECK --start-period=30s --interval=30s --timeout=5s \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/ready', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["voicefit", "serve"]
