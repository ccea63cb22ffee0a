"""What people do in a browser: one folder per capability, and app.py, which assembles them."""
