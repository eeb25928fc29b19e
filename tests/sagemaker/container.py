"""What the tests run in containers: the course's own script."""

from pathlib import Path

from everystep.sagemaker import containers

SOURCE = containers.SCRIPT.parent


def container(base: Path, channels: dict[str, Path]) -> containers.Container:
    """Return a container for the course's script, in an empty folder."""
    return containers.Container(base, channels, SOURCE)
