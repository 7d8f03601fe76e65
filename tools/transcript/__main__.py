"""python -m tools.transcript WAY [--write]"""

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from tools.transcript.journal import Journal, NotAsTold, keep
from tools.transcript.ways import WAYS, clone

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs/transcripts.md"


def main() -> int:
    """Go one way; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tools.transcript")
    parser.add_argument("way", choices=WAYS)
    parser.add_argument("--write", action="store_true", help="keep it in the document")
    arguments = parser.parse_args()
    journal = Journal(lambda line: print(line, flush=True))
    folder = Path(tempfile.mkdtemp(prefix="gleaner-"))
    try:
        checkout = clone(ROOT, folder, journal)
        WAYS[arguments.way](checkout, journal)
        if arguments.write:
            keep(DOCUMENT, arguments.way, journal.block())
    except NotAsTold as error:
        print(f"error: {error}\nThe clone is in {folder}.", file=sys.stderr)
        return 1
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
