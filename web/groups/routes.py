"""Pages: Network groups: pools, drafts and the board, invitations, meetings, hand-over."""

from flask import Blueprint

bp = Blueprint("groups", __name__, template_folder="templates")
