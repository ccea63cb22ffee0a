"""Pages: The acute line, reported messages, the audit trail, privacy and help pages."""

from flask import Blueprint

bp = Blueprint("safety", __name__, template_folder="templates")
