"""Git, for tests that need a repository of their own."""

import subprocess
from pathlib import Path


def git(root: Path, *arguments: str) -> str:
    """Run git in a folder as some author; return what it printed."""
    author = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    command = ["git", "-C", str(root), *author, *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return done.stdout
