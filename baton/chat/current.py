"""Where ``app.py`` finds the running installation and its open pages.

Chainlit loads its target by path and its reloader drops every module of the project, so nothing here may be a module's
global: both are kept on Chainlit's own application object, which no reload touches.
"""

from __future__ import annotations

import logging
import os

from chainlit.config import config
from chainlit.server import app as chainlit_app
from chainlit.server import sio

from baton.auth import auth_secret
from baton.chat.ports import Installation
from baton.chat.sockets import ChatSockets
from handoffs.errors import UsageError


def open_chat(installation: Installation) -> ChatSockets:
    """Let the chat speak for this installation: its secret, its sessions' length, its sockets."""
    options = installation.chat
    os.environ["CHAINLIT_AUTH_SECRET"] = options.auth_secret or auth_secret(options.data_folder)
    config.project.user_session_timeout = options.session_s
    logging.getLogger("chainlit").setLevel(logging.ERROR)  # it warns of our readme, empty on purpose, at each page
    sockets = ChatSockets(installation, sio)
    sockets.install()
    chainlit_app.state.installation = installation
    chainlit_app.state.sockets = sockets
    return sockets


def running() -> Installation:
    """The installation that the chat speaks for. *Raises*: UsageError before ``open_chat``."""
    found: Installation | None = getattr(chainlit_app.state, "installation", None)
    if found is None:
        raise UsageError("no installation is open: start the chat with `baton run`, or mount it with baton.web")
    return found


def is_open() -> bool:
    """Whether ``baton/web.py`` has opened the chat already; a bare ``chainlit run app.py`` must do it itself."""
    return hasattr(chainlit_app.state, "installation")


def open_sockets() -> ChatSockets:
    """The open pages of this process."""
    running()
    return chainlit_app.state.sockets
