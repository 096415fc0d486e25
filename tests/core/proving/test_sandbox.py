"""Code that is run can't get out: not at files, not at other processes, not at the network, not at the environment."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import sys
import tempfile
from pathlib import Path

import pytest

from stoker_server.proving import sandbox as sandboxes
from stoker_server.proving.errors import ConsentNeededError
from stoker_server.proving.hiding import hidden_folders, placed, system_parts
from stoker_server.proving.process import Completed, run
from stoker_server.proving.sandbox import INSIDE, Job, Kind, Limits, Mount, Sandbox, find_sandbox, own_needs, works


async def execute(sandbox: Sandbox, private: Path, code: str, *mounts: Mount, unsandboxed: bool = False) -> Completed:
    own = Mount(private, private, writable=True)
    job = Job((sys.executable, "-I", "-c", code), private, Limits(20), private, (*mounts, own), unsandboxed=unsandboxed)
    return await run(sandbox, job)


async def tell(sandbox: Sandbox, private: Path, code: str, *mounts: Mount) -> object:
    """What a program prints, as JSON."""
    done = await execute(sandbox, private, "import json, os\n" + code, *mounts)
    assert done.ok, done.output
    return json.loads(done.output)


async def test_the_best_way_that_works_is_found() -> None:
    found = await find_sandbox()
    assert found.describe() in ("bubblewrap", "user namespaces", "limits only")


async def test_a_trial_that_failed_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = [False, True]
    monkeypatch.setattr(sandboxes, "works", lambda each: answers.pop(0))
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(sys, "platform", "linux")
    sandboxes._isolating.cache_clear()
    try:
        found = [(await find_sandbox()).kind for _ in range(3)]
    finally:
        sandboxes._isolating.cache_clear()
    assert found == [Kind.LIMITS, Kind.NAMESPACES, Kind.NAMESPACES]
    assert answers == []


def test_what_keeps_nothing_in_does_not_count_as_a_sandbox() -> None:
    assert not works(Sandbox(Kind.LIMITS))


async def test_files_outside_cannot_be_changed(sandbox: Sandbox, private: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine.txt"
    mine.write_text("as it was")
    await execute(sandbox, private, f"open({str(mine)!r}, 'w').write('changed')")
    assert mine.read_text() == "as it was"
    code = (
        f"print(json.dumps([bool(os.statvfs(each).f_flag & os.ST_RDONLY) for each in ('/', '/usr', {str(INSIDE)!r})]))"
    )
    assert await tell(sandbox, private, code) == [True, True, True]


async def test_what_is_given_can_be_written_or_read_as_it_was_given(
    sandbox: Sandbox, private: Path, tmp_path: Path
) -> None:
    shown = tmp_path.resolve() / "shown"
    shown.mkdir()
    (shown / "text").write_text("hello")
    code = f"""
text = open("{shown}/text").read()
open("{private}/new", "w").write(text)
try:
    open("{shown}/text", "a")
except OSError as error:
    print(json.dumps(error.strerror))
"""
    assert await tell(sandbox, private, code, Mount(shown, shown)) == "Read-only file system"
    assert (private / "new").read_text() == "hello"


async def test_a_copy_is_seen_where_the_original_is(sandbox: Sandbox, private: Path, tmp_path: Path) -> None:
    original, copy = tmp_path.resolve() / "original", tmp_path.resolve() / "copy"
    for folder in (original, copy):
        folder.mkdir()
        (folder / "name").write_text(folder.name)
    code = f"print(json.dumps(open('{original}/name').read()))"
    assert await tell(sandbox, private, code, Mount(original, copy)) == "copy"


async def test_the_users_home_is_not_to_be_seen(sandbox: Sandbox, private: Path) -> None:
    home = str(Path.home())
    shown = await tell(sandbox, private, f"print(json.dumps([os.environ['HOME'], os.path.exists('{home}/.cache')]))")
    assert shown == ["/tmp", False]


async def test_there_is_no_network_but_loopback(sandbox: Sandbox, private: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as outside:
        port = outside.getsockname()[1]
        code = f"""
import socket
def reaches(*address):
    try:
        socket.create_connection(address, 2).close()
    except OSError:
        return False
    return True
with socket.create_server(("127.0.0.1", 0)) as own:
    print(json.dumps([reaches("127.0.0.1", {port}), reaches("192.0.2.1", 80), reaches(*own.getsockname())]))
"""
        assert await tell(sandbox, private, code) == [False, False, True]


def writable_folders() -> list[Path]:
    """Folders of the machine in which programs keep their sockets and this test may, too."""
    usual = (Path(each) for each in ("/var/lib", "/var/tmp", "/srv", "/mnt", "/media", "/run", "/dev/shm"))
    return [each for each in usual if os.access(each, os.W_OK)]


async def test_no_socket_of_another_program_can_be_connected_to(
    sandbox: Sandbox, private: Path, tmp_path: Path
) -> None:
    connect = "import socket\ndef tried(each):\n    s = socket.socket(socket.AF_UNIX)\n"
    connect += "    try:\n        s.connect(each)\n    except OSError as error:\n        return type(error).__name__\n"
    with contextlib.ExitStack() as stack:
        addresses = []
        for folder in (*writable_folders(), tmp_path):
            place = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="s", dir=folder)))
            outside = stack.enter_context(contextlib.closing(socket.socket(socket.AF_UNIX)))
            outside.bind(address := str(place / "x"))
            outside.listen()
            stack.enter_context(contextlib.closing(socket.socket(socket.AF_UNIX))).connect(address)  # it answers
            addresses.append(address)
        found = await tell(sandbox, private, f"{connect}print(json.dumps([tried(each) for each in {addresses}]))")
    assert found == ["FileNotFoundError"] * len(addresses)


async def test_of_what_is_not_the_systems_only_what_is_given_is_seen(
    sandbox: Sandbox, private: Path, tmp_path: Path
) -> None:
    code = "print(json.dumps({each: os.listdir(each) for each in json.loads(%r)}))"
    folders = [str(each) for each in hidden_folders()]
    seen = await tell(sandbox, private, code % json.dumps(folders))
    assert isinstance(seen, dict)
    given = {part for each in (*own_needs(), *system_parts(), private) for part in each.resolve().parts}
    given |= {part for each in (*own_needs(), private) for part in each.parts}
    assert set(seen) >= {each for each in ("/var", "/srv", "/mnt", "/media") if Path(each).is_dir()}
    assert {each: set(names) - given for each, names in seen.items()} == {each: set() for each in folders}


def test_what_is_put_behind_a_link_that_is_seen_goes_where_the_link_leads(tmp_path: Path) -> None:
    base = tmp_path.resolve()
    (base / "big/tools/bin").mkdir(parents=True)
    (base / "data").symlink_to(base / "big")
    assert placed(base / "data/tools/bin", ()) == base / "big/tools/bin"
    assert placed(base / "data/tools/bin", {base}) == base / "data/tools/bin"
    assert placed(base / "data", ()) == base / "data"


async def test_no_variable_of_the_environment_gets_in(
    sandbox: Sandbox, private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "sesame-4711")
    code = """
import glob
seen = [open(name, "rb").read().decode(errors="replace") for name in glob.glob("/proc/*/environ")]
print(json.dumps(["sesame-4711" in repr(os.environ), any("sesame-4711" in each for each in seen), len(seen) > 0]))
"""
    assert await tell(sandbox, private, code) == [False, False, True]


async def test_no_variable_of_the_environment_is_passed_on_without_a_sandbox_either(
    private: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("A_SECRET", "sesame-4711")
    done = await execute(Sandbox(Kind.LIMITS), private, "import os; print(dict(os.environ))", unsandboxed=True)
    assert done.ok
    assert "sesame-4711" not in done.output


async def test_other_processes_are_not_to_be_seen(sandbox: Sandbox, private: Path) -> None:
    code = "print(json.dumps([name for name in os.listdir('/proc') if name.isdigit()]))"
    numbers = await tell(sandbox, private, code)
    assert isinstance(numbers, list)
    assert len(numbers) <= 4


async def test_nothing_inside_can_undo_the_walls(sandbox: Sandbox, private: Path) -> None:
    code = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
remount = libc.mount(None, b"/", None, ctypes.c_ulong(0x20 | 0x1000), None)
attributes = (ctypes.c_uint64 * 4)(0, 1, 0, 0)
writable = libc.syscall(442, -100, b"/", 0x8000, attributes, 32)
unmounted = libc.umount2(b"/tmp", 2)
print(json.dumps([remount, writable, unmounted]))
"""
    assert await tell(sandbox, private, code) == [-1, -1, -1]


async def test_the_user_is_the_same_inside(sandbox: Sandbox, private: Path) -> None:
    assert await tell(sandbox, private, "print(json.dumps(os.getuid()))") == os.getuid()


async def test_without_a_sandbox_nothing_is_run_unasked(private: Path) -> None:
    with pytest.raises(ConsentNeededError, match="allow an unsandboxed run"):
        await execute(Sandbox(Kind.LIMITS), private, f"open('{private}/ran', 'w')")
    assert not (private / "ran").exists()


async def test_its_devices_can_be_opened_as_shells_and_pytest_do(sandbox: Sandbox, private: Path) -> None:
    # The kernel refuses O_CREAT on a node of somebody else's (root's /dev/null) where all may write into a sticky folder.
    code = """
opened = []
for name in ("null", "zero", "full"):
    os.close(os.open("/dev/" + name, os.O_WRONLY | os.O_CREAT))
    opened.append(name)
print(json.dumps([opened, os.stat("/dev").st_mode & 0o1002]))
"""
    assert await tell(sandbox, private, code) == [["null", "zero", "full"], 0]
