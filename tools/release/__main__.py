"""python -m tools.release VERSION: check, then build into .local/release/VERSION."""

import shutil
import subprocess
import sys
from pathlib import Path

from tools.release import artifacts, checks, licences

ROOT = Path(__file__).parents[2]


def main(version: str, root: Path = ROOT) -> int:
    """Build a release; return the exit status. What is missing is one line on stderr."""
    try:
        checks.check(version, root)
        wrong = licences.differences(root)
        if wrong:
            raise checks.NotReady("; ".join(wrong))
    except checks.NotReady as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    to = root / ".local" / "release" / version
    shutil.rmtree(to, ignore_errors=True)
    to.mkdir(parents=True)
    try:
        files = artifacts.build(root, to)
        files.append(artifacts.list_components(root, version, to))
    except (subprocess.CalledProcessError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    notes = to / "NOTES.md"
    notes.write_text(
        checks.release_notes((root / "CHANGELOG.md").read_text(), version).strip()
        + "\n"
    )
    artifacts.write_checksums(files, to)
    for file in sorted(to.iterdir()):
        print(f"{file.stat().st_size:>12,}  {file}")
    print(
        f"Next: git tag -a v{version} -m {version} && git push origin v{version}; "
        "CI builds the same, and the images, and publishes them."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
