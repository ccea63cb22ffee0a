"""Pages: Home for families, overview for staff: what is next."""

from flask import Blueprint

bp = Blueprint("overview", __name__, template_folder="templates")
