# Wenqu in a box: the model and the index of the sample article are inside, nothing is fetched when it starts.
#
#   docker build -t wenqu .                                     with torch as the ordinary index serves it
#   docker build -t wenqu --build-arg TORCH_INDEX=ADDRESS .     with torch's CPU build, several gigabytes smaller
#   docker run -p 127.0.0.1:8080:8080 wenqu

ARG PYTHON=3.11.14

FROM python:${PYTHON}-slim-bookworm AS build
# The address of an index that serves torch's CPU builds; empty for the ordinary one.
ARG TORCH_INDEX=""
WORKDIR /srv/wenqu
RUN python3 -m venv /opt/wenqu
COPY requirements.txt ./
RUN if [ -n "$TORCH_INDEX" ]; then \
      PIP_INDEX_URL="$TORCH_INDEX" /opt/wenqu/bin/pip install --no-cache-dir "$(grep '^torch==' requirements.txt)"; \
    fi
RUN /opt/wenqu/bin/pip install --no-cache-dir --requirement requirements.txt
COPY pyproject.toml README.md LICENSE NOTICE ./
COPY corpus ./corpus
COPY index ./index
COPY service ./service
# A checkout made under a strict umask would be unreadable to the user below.
RUN /opt/wenqu/bin/pip install --no-cache-dir --no-deps --no-build-isolation --editable . \
 && chmod -R a+rX /srv/wenqu /opt/wenqu

FROM python:${PYTHON}-slim-bookworm
LABEL org.opencontainers.image.title="Wenqu" \
      org.opencontainers.image.description="Question answering over your own documents, where every answer is an exact citation" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
ENV PATH=/opt/wenqu/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    HF_HUB_OFFLINE=1 \
    HF_HOME=/tmp/huggingface \
    WENQU_HOME=/var/lib/wenqu \
    WENQU_HOST=0.0.0.0 \
    WENQU_PORT=8080
COPY --from=build /opt/wenqu /opt/wenqu
COPY --from=build /srv/wenqu /srv/wenqu
WORKDIR /srv/wenqu
RUN groupadd --gid 10001 wenqu \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin wenqu \
 && install --directory --owner=wenqu --group=wenqu --mode=0700 /var/lib/wenqu
USER 10001:10001
# The sample's index is made here, so that the first start only reads it. A new named volume begins as a copy of it.
RUN wenqu ingest corpus/documents && wenqu verify
VOLUME /var/lib/wenqu
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 \
  CMD ["python", "-c", "import http.client, sys; c = http.client.HTTPConnection('127.0.0.1', 8080, timeout=8); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
ENTRYPOINT ["wenqu"]
CMD ["serve"]
