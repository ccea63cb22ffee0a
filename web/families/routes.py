"""Pages: Profiles: the wizard, what others see, import and export, the families page for staff."""

from flask import Blueprint

bp = Blueprint("families", __name__, template_folder="templates")
