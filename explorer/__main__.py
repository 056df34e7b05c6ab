"""`python -m explorer`: the app, on a server of its own."""

import sys
from pathlib import Path

if not __package__:  # `python path/to/explorer` leaves out the folder that it is in
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from explorer.hosts.server import command

if __name__ == "__main__":
    command("python -m explorer")
