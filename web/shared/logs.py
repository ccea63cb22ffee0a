"""Structured logs: events and ids as JSON lines, never names, needs or message text."""

import logging
import sys

import structlog
from flask import Flask


def set_up(app: Flask) -> None:
    """Send every log line through structlog as one JSON object, in UTC."""
    level = logging.getLevelName(app.config["LOG_LEVEL"])
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
