FLASK_APP=web.app:from_env
