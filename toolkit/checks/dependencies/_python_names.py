"""Names of Python modules and of what has to be installed for them."""

from __future__ import annotations

import re

from toolkit.packages import normalized

__all__ = ["BROUGHT", "BY_EXTRA", "DISTRIBUTIONS", "distribution", "is_of_a_project", "is_spoken_of"]

DISTRIBUTIONS = {
    "yaml": "pyyaml ruamel.yaml", "cv2": "opencv", "PIL": "pillow", "sklearn": "scikit-learn", "skimage": "scikit-image",
    "bs4": "beautifulsoup4", "dotenv": "python-dotenv", "jwt": "pyjwt", "dateutil": "python-dateutil", "attr": "attrs",
    "Crypto": "pycryptodome pycrypto", "Cryptodome": "pycryptodomex", "OpenSSL": "pyopenssl", "serial": "pyserial",
    "usb": "pyusb", "magic": "python-magic", "docx": "python-docx", "pptx": "python-pptx", "fitz": "pymupdf",
    "MySQLdb": "mysqlclient", "psycopg2": "psycopg2", "git": "gitpython", "github": "pygithub", "jose": "python-jose",
    "slugify": "python-slugify", "multipart": "python-multipart", "socks": "pysocks", "nacl": "pynacl",
    "zmq": "pyzmq", "websocket": "websocket-client", "telegram": "python-telegram-bot", "discord": "discord.py",
    "wx": "wxpython", "gi": "pygobject", "ldap": "python-ldap", "kafka": "kafka-python", "consul": "python-consul",
    "markdown": "markdown", "tree_sitter": "tree-sitter", "grpc": "grpcio", "grpc_status": "grpcio-status",
    "grpc_tools": "grpcio-tools", "grpc_health": "grpcio-health-checking", "grpc_reflection": "grpcio-reflection", "pb2": "protobuf",
    "sentence_transformers": "sentence-transformers", "faiss": "faiss", "mpl_toolkits": "matplotlib", "pylab": "matplotlib",
    "tensorflow": "tensorflow", "torch": "torch", "igraph": "python-igraph", "Levenshtein": "levenshtein",
    "starlette": "starlette fastapi", "werkzeug": "werkzeug flask", "jinja2": "jinja2", "solders": "solders solana",
    "ap_scheduler": "apscheduler", "socketio": "python-socketio", "engineio": "python-engineio", "pythonjsonlogger": "python-json-logger",
    "flask_sqlalchemy": "flask-sqlalchemy", "rest_framework": "djangorestframework", "corsheaders": "django-cors-headers",
    "environ": "django-environ", "allauth": "django-allauth", "xdist": "pytest-xdist", "lxml": "lxml", "ruamel": "ruamel.yaml",
    "google": "google protobuf", "azure": "azure", "opentelemetry": "opentelemetry", "zope": "zope", "botocore": "boto3 botocore",
    "pydantic_core": "pydantic", "huggingface_hub": "huggingface-hub gradio transformers datasets diffusers sentence-transformers", "typing_extensions": "typing-extensions pydantic", "algosdk": "py-algorand-sdk",
    "sha3": "pysha3", "web3": "web3", "eth_account": "eth-account web3", "eth_utils": "eth-utils web3", "anthropic": "anthropic",
    "win32api": "pywin32", "win32con": "pywin32", "pythoncom": "pywin32", "bson": "pymongo", "gridfs": "pymongo",
    "OpenGL": "pyopengl", "Xlib": "python-xlib", "vlc": "python-vlc", "pytz": "pytz", "markdown_it": "markdown-it-py",
    "IPython": "ipython jupyter notebook", "decouple": "python-decouple", "pkg_about": "pkg-about", "frontmatter": "python-frontmatter",
    "pybullet_data": "pybullet", "model_clone": "django-clone", "googleapiclient": "google-api-python-client", "imblearn": "imbalanced-learn",
    "speech_recognition": "speechrecognition", "skopt": "scikit-optimize", "talib": "ta-lib", "pynvml": "nvidia-ml-py pynvml", "osgeo": "gdal",
    "telebot": "pytelegrambotapi", "cpuinfo": "py-cpuinfo", "win32gui": "pywin32", "win32com": "pywin32", "pywintypes": "pywin32",
    "django_filters": "django-filter", "debug_toolbar": "django-debug-toolbar", "storages": "django-storages", "silk": "django-silk",
    "djmoney": "django-money", "oauth2_provider": "django-oauth-toolkit", "social_django": "social-auth-app-django",
    "rest_framework_nested": "drf-nested-routers", "rest_access_policy": "drf-access-policy", "wtforms": "wtforms flask-wtf", "community": "python-louvain",
    "ee": "earthengine-api", "solcx": "py-solc-x", "spl": "solana", "sksurv": "scikit-survival", "ckeditor_uploader": "django-ckeditor", "objc": "pyobjc",
    "import_export": "django-import-export", "simple_history": "django-simple-history", "rest_framework_simplejwt": "djangorestframework-simplejwt", "django_celery_beat": "django-celery-beat",
}  # fmt: skip
"""Import names whose distribution has another name, with the distributions (blanks between) of which one is enough."""
BY_EXTRA = {
    "pyjwt[crypto]": "cryptography", "uvicorn[standard]": "uvloop httptools websockets watchfiles python-dotenv pyyaml",
    "fastapi[standard]": "uvicorn jinja2 python-multipart httpx email-validator", "fastapi[all]": "uvicorn jinja2 python-multipart httpx email-validator orjson",
    "sqlalchemy[asyncio]": "greenlet", "pydantic[email]": "email-validator", "httpx[http2]": "h2", "requests[socks]": "pysocks",
    "urllib3[secure]": "certifi cryptography pyopenssl", "flask[async]": "asgiref", "celery[sqs]": "boto3 kombu",
}  # fmt: skip
"""What extras bring under other names."""
BROUGHT = {
    "pydantic": "fastapi pydantic-settings sqlmodel openai anthropic langchain mcp", "anyio": "httpx fastapi starlette openai anthropic mcp",
    "urllib3": "requests boto3 botocore selenium kubernetes docker", "certifi": "requests httpx", "idna": "requests httpx",
    "charset_normalizer": "requests", "click": "flask uvicorn celery", "itsdangerous": "flask", "blinker": "flask", "markupsafe": "jinja2 flask",
    "numpy": "pandas scipy scikit-learn matplotlib opencv transformers statsmodels", "h11": "uvicorn httpx", "httpx": "openai anthropic mcp",
    "kombu": "celery", "billiard": "celery", "dateutil": "pandas boto3 botocore matplotlib", "tqdm": "openai transformers datasets nltk",
    "prometheus_client": "flask-prometheus-metrics prometheus-flask-exporter prometheus-fastapi-instrumentator", "six": "python-dateutil", "cffi": "cryptography",
    "mako": "alembic", "sqlalchemy": "alembic sqlmodel flask-sqlalchemy", "soupsieve": "beautifulsoup4", "coverage": "pytest-cov",
}  # fmt: skip
"""Modules with distributions that have brought them along in each of their versions for years."""
_FAMILIES = {"cv2": "opencv-python", "faiss": "faiss-cpu"}
"""The commonest of several distributions whose names begin alike."""
_OF_A_PROJECT = frozenset(
    {
        "app", "apps", "api", "backend", "common", "config", "core", "database", "db", "helpers", "lib", "libs", "main", "models",
        "modules", "packages", "project", "routers", "routes", "schemas", "scripts", "server", "services", "shared", "src", "tests",
        "tools", "util", "utils", "views", "workers",
    }
)  # fmt: skip
"""How projects call folders of their own: what an index has under such a name is something else."""

_JOINED = 8
"""Letters of a name from which on it is one also where another writes it with signs between: a shorter one is part of many words."""


def is_of_a_project(name: str) -> bool:
    """Whether an import names a module of the project itself, which is missing, and no package to install."""
    return name in _OF_A_PROJECT


def distribution(name: str) -> str:
    """What to install for an import name, the likeliest of several."""
    return _FAMILIES.get(name) or DISTRIBUTIONS.get(name, name).split(" ", 1)[0]


def is_spoken_of(name: str, text: str) -> bool:
    """Whether a text, normalized as names of distributions are, names one that has a module."""
    plain = normalized(name)
    wanted = "|".join(re.escape(normalized(item)) for item in (plain, *DISTRIBUTIONS.get(name, "").split()))
    if re.search(rf"(?<![a-z0-9])(?:py|python-?)?(?:{wanted})", text) is not None:
        return True
    # A module may write without signs what its distribution writes with them, and leave out a word within.
    first, *words = plain.strip("-").split("-")
    within = rf"{first}-(?:[a-z0-9]+-){{1,2}}{'-'.join(words)}(?![a-z0-9])" if words else ""
    joined = "-?".join(plain.replace("-", "")) if len(plain.replace("-", "")) >= _JOINED else ""
    return any(re.search(rf"(?<![a-z0-9]){one}", text) is not None for one in (joined, within) if one)
