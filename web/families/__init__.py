"""Profiles: the wizard, what others see, import and export, the families page for staff."""
