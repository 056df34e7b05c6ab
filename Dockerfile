# Unrolled, for whoever reaches port 8501:
#
#   docker build -t unrolled .
#   docker run --rm --read-only -p 8501:8501 unrolled
#
# It writes nothing and fetches nothing while it runs. PyTorch's Linux builds for pip bring gigabytes of CUDA, which is not
# used; an index with builds for processors alone is named by --build-arg PIP_EXTRA_INDEX_URL=….
FROM python:3.11-slim

ARG PIP_EXTRA_INDEX_URL
ENV PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
WORKDIR /app

# What is needed changes seldom and takes minutes: a layer of its own, before what is ours.
COPY requirements.txt constraints.txt ./
RUN python -m pip install --no-cache-dir --disable-pip-version-check --quiet -r requirements.txt

COPY LICENSE ./
COPY .streamlit .streamlit
COPY core core
COPY explorer explorer
COPY pages pages
RUN python -m compileall -q core explorer pages

# PyTorch asks for a folder to keep what it compiles, and makes it unless it is there: it compiles nothing here.
ENV HOME=/app TORCHINDUCTOR_CACHE_DIR=/app
USER nobody
EXPOSE 8501
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8501/_stcore/health', timeout=4)"]
CMD ["python", "-m", "explorer", "--host", "0.0.0.0", "--port", "8501"]
