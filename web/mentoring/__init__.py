"""Mentors: suggestions, requests, yes and no, mentorships, the coordinator's round."""
