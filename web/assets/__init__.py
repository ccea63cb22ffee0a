"""The sources of scripts, styles and pictures, and what turns them into files for a browser."""
