"""Pages: Messages: the list of rooms, a room, reading and posting without JavaScript, reports."""

from flask import Blueprint

bp = Blueprint("conversations", __name__, template_folder="templates")
