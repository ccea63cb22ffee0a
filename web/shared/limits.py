"""How often anyone may try: one limiter for all pages, kept in Redis where there is one."""

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

limiter = Limiter(key_func=get_remote_address, default_limits=[])
