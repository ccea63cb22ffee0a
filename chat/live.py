"""The socket edge: check who is there, call one action, commit, tell the room."""

from flask_socketio import SocketIO

socketio = SocketIO()
