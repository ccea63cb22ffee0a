"""Pages: Mentors: suggestions, requests, yes and no, mentorships, the coordinator's round."""

from flask import Blueprint

bp = Blueprint("mentoring", __name__, template_folder="templates")
