"""Processes that count together, are killed, and find no room; nothing that they count for may ever stop them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from prometheus_client.multiprocess import MultiProcessCollector

from pbx import instrument_files
from tests.server import PROJECT

COUNT = [sys.executable, "-m", "tests.pbx.counting"]
# A disk of its own, with room for what is allocated and hardly more.
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=3200k none "$PROMETHEUS_MULTIPROC_DIR" && exec "$@"'
IN_A_NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


class CountingProcess:
    """One that counts in a folder."""

    def __init__(self, folder: Path, *before: str) -> None:
        environment = os.environ | {instrument_files.VARIABLE: str(folder)}
        self.process = subprocess.Popen(
            [*before, *COUNT],
            cwd=PROJECT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.place = self.process.stdout.readline().strip()

    def count(self, times: int) -> float:
        """Return what it has counted then, by itself."""
        assert self.process.stdin
        assert self.process.stdout
        print(times, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())

    def kill(self) -> None:
        self.process.kill()
        self.process.communicate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., CountingProcess]]:
    with ExitStack() as started:

        def start_one(folder: Path = tmp_path, *before: str) -> CountingProcess:
            process = CountingProcess(folder, *before)
            started.callback(process.kill)
            return process

        yield start_one


def total(folder: Path) -> float:
    samples = (
        each for family in MultiProcessCollector(None, str(folder)).collect() for each in family.samples
    )
    return sum(float(each.value) for each in samples if each.name == "switchhook_publishes_total")


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("counter_*.db"))


def test_what_processes_count_adds_up_also_after_one_is_killed_and_another_starts(
    tmp_path: Path, start: Callable[..., CountingProcess]
) -> None:
    first, second = start(), start()
    first.count(2)
    second.count(3)
    assert total(tmp_path) == 5
    first.kill()
    assert total(tmp_path) == 5
    assert start().count(10) == 12  # goes on where the killed one was
    assert second.count(1) == 4
    assert total(tmp_path) == 16
    assert files(tmp_path) == ["counter_0.db", "counter_1.db"]


def test_all_room_is_taken_at_the_start(tmp_path: Path, start: Callable[..., CountingProcess]) -> None:
    """A hole in a file is where a full disk kills who writes to it."""
    start()
    sizes = [path.stat() for path in tmp_path.glob("*.db")]
    assert len(sizes) == len(instrument_files.PREFIXES)
    assert {each.st_size for each in sizes} == {instrument_files.FILE_BYTES}
    assert min(each.st_blocks for each in sizes) * 512 >= instrument_files.FILE_BYTES


def test_where_the_files_find_no_room_it_counts_alone(
    tmp_path: Path, start: Callable[..., CountingProcess]
) -> None:
    """A limit on the size of files makes allocating fail, as a full disk does."""
    process = start(tmp_path, "sh", "-c", 'ulimit -f 1 && exec "$@"', "sh")
    assert process.place == "alone"
    assert process.count(5) == 5


@pytest.mark.parametrize("is_there", [False, True])
def test_without_a_folder_it_counts_alone(
    tmp_path: Path, start: Callable[..., CountingProcess], is_there: bool
) -> None:
    folder = tmp_path / "there"
    if is_there:
        folder.write_text("no folder")
    process = start(folder)
    assert process.place == "alone"
    assert process.count(5) == 5


@pytest.mark.parametrize(
    "content", [b"x", b"\x20\0\0\0\0\0\0\0", b"\xff" * 600_000, b"\x10\0\0\0\0\0\0\0\xff\xff\0\0"]
)
def test_a_file_that_cannot_be_read_is_begun_anew(
    tmp_path: Path, start: Callable[..., CountingProcess], content: bytes
) -> None:
    (tmp_path / "counter_0.db").write_bytes(content)
    process = start()
    assert process.place == "complete"
    assert process.count(5) == 5
    assert total(tmp_path) == 5


def may_mount() -> bool:
    try:
        return not subprocess.run([*IN_A_NAMESPACE, "true"], capture_output=True).returncode
    except FileNotFoundError:
        return False


@pytest.mark.skipif(
    not may_mount(), reason="a disk that can be filled needs a mount, which the kernel may forbid"
)
def test_a_disk_that_fills_up_later_stops_nobody(tmp_path: Path) -> None:
    command = [*IN_A_NAMESPACE, "sh", "-c", ON_A_SMALL_DISK, "sh", *COUNT, "fill"]
    environment = os.environ | {instrument_files.VARIABLE: str(tmp_path)}
    ran = subprocess.run(
        command, cwd=PROJECT, env=environment, input="1000\n", capture_output=True, text=True
    )
    assert (ran.returncode, ran.stdout) == (0, "complete\n1000.0\n"), ran.stderr
