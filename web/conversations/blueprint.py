"""The blueprint that the pages of conversations hang on."""

from flask import Blueprint

bp = Blueprint("conversations", __name__, template_folder="templates")
