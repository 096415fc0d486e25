"""The first program of every run: shuts the process in as far as it is told to, sets limits, becomes the command.

Started by Stoker's own interpreter with ``-I -S``. With ``namespaces`` it makes user, mount, process, network and IPC
namespaces by the system calls themselves: everything is read-only but what the mounts say, which hide the user's home and
where other programs keep their sockets; no network but a loopback of its own, no capability left. Must not run anything before
the walls stand. Whoever started it dying ends it and everything below it.
"""

from __future__ import annotations

import json
import os
import select
import signal
import stat
import sys

_NAMESPACES = 0x00020000 | 0x04000000 | 0x08000000 | 0x10000000 | 0x20000000 | 0x40000000
"""CLONE_NEWNS, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET of linux/sched.h."""

_MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_BIND, _MS_REC, _MS_PRIVATE = 0x2, 0x4, 0x8, 0x1000, 0x4000, 0x40000
_AT_FDCWD, _AT_RECURSIVE, _MOUNT_ATTR_RDONLY, _SYS_MOUNT_SETATTR = -100, 0x8000, 0x1, 442
_PR_SET_PDEATHSIG, _PR_CAPBSET_DROP, _PR_SET_NO_NEW_PRIVS = 1, 24, 38
_CAPABILITY_VERSION = 0x20080522
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 0x1
_DEVICES = ("null", "zero", "full", "random", "urandom")
_DEVICE_LINKS = {"fd": "/proc/self/fd", "stdin": "fd/0", "stdout": "fd/1", "stderr": "fd/2", "ptmx": "pts/ptmx"}
_ORPHANED = 71
"""Exit status where the server is gone already (EX_OSERR)."""

_COUNTED_IN_NAMESPACE = (5, 14)
"""The first Linux that counts RLIMIT_NPROC for each user namespace by itself, not all of the user's processes."""


class Kernel:
    """The system calls that Python has no functions for."""

    def __init__(self) -> None:
        import ctypes

        self._ctypes = ctypes
        self._libc = ctypes.CDLL(None, use_errno=True)

    def call(self, name: str, *arguments: object) -> None:
        """One call of the C library.

        Raises:
            OSError: It failed.
        """
        if getattr(self._libc, name)(*arguments) != 0:
            code = self._ctypes.get_errno()
            raise OSError(code, f"{name}: {os.strerror(code)}")

    def mount(self, source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
        """The system call mount."""
        texts = [each.encode() if each is not None else None for each in (source, target, kind, data)]
        self.call("mount", *texts[:3], self._ctypes.c_ulong(flags), texts[3])

    def set_readonly(self, target: str, readonly: bool) -> None:
        """The system call mount_setattr, for a mount and all below it."""
        attributes = (self._ctypes.c_uint64 * 4)(
            _MOUNT_ATTR_RDONLY if readonly else 0, 0 if readonly else _MOUNT_ATTR_RDONLY, 0, 0
        )
        self.call("syscall", _SYS_MOUNT_SETATTR, _AT_FDCWD, target.encode(), _AT_RECURSIVE, attributes, 32)

    def die_with_parent(self) -> None:
        """Have the kernel kill this process when the one that started it ends."""
        self.call("prctl", _PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)

    def drop_capabilities(self) -> None:
        """Give up every capability for good, also for what is executed later."""
        for capability in range(64):
            try:
                self.call("prctl", _PR_CAPBSET_DROP, capability, 0, 0, 0)
            except OSError:
                break  # the first number that this kernel does not know
        self.call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        header = (self._ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
        self.call("capset", header, (self._ctypes.c_uint32 * 6)())


def _write(path: str, text: str) -> None:
    with open(path, "w", encoding="ascii") as stream:  # noqa: PTH123 - pathlib would double the start-up time
        stream.write(text)


def _enter_namespaces(kernel: Kernel) -> None:
    user, group = os.geteuid(), os.getegid()
    kernel.call("unshare", _NAMESPACES)
    _write("/proc/self/setgroups", "deny")
    _write("/proc/self/uid_map", f"{user} {user} 1")
    _write("/proc/self/gid_map", f"{group} {group} 1")
    child = os.fork()
    if child:
        os._exit(_status_of(child))
    kernel.die_with_parent()


def _status_of(child: int) -> int:
    """Waits for a child, reaping others on the way; its exit status as a shell gives it."""
    while True:
        pid, status = os.wait()
        if pid == child:
            return os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status)


def _build_file_system(
    kernel: Kernel, mounts: list[tuple[str | None, str, bool, str | None]], tmpfs_bytes: int
) -> None:
    """Sources are opened before anything is mounted: what hides them later does not matter then."""
    sources = [os.open(source, os.O_PATH) if source else None for source, *_ in mounts]
    devices = {name: os.open("/dev/" + name, os.O_PATH) for name in _DEVICES}
    kernel.mount("none", "/", None, _MS_REC | _MS_PRIVATE)
    kernel.set_readonly("/", True)
    size = f"size={tmpfs_bytes}"
    for (source, target, writable, link), descriptor in zip(mounts, sources, strict=True):
        if link is not None:
            os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
            os.symlink(link, target)  # noqa: PTH211
            continue
        if source is None or descriptor is None:
            os.makedirs(target, exist_ok=True)  # noqa: PTH103
            kernel.mount("tmpfs", target, "tmpfs", _MS_NOSUID | _MS_NODEV, f"{size},mode=1777")
            continue
        _mount_point(target, stat.S_ISDIR(os.fstat(descriptor).st_mode))
        kernel.mount(f"/proc/self/fd/{descriptor}", target, None, _MS_BIND | _MS_REC)
        kernel.set_readonly(target, not writable)
    _build_devices(kernel, devices, f"{size},mode=0755")
    kernel.mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    for descriptor in (*filter(None, sources), *devices.values()):
        os.close(descriptor)


def _mount_point(target: str, is_folder: bool) -> None:
    if is_folder:
        os.makedirs(target, exist_ok=True)  # noqa: PTH103
    elif not os.path.exists(target):  # noqa: PTH110
        os.makedirs(os.path.dirname(target), exist_ok=True)  # noqa: PTH103, PTH120
        _write(target, "")


def _build_devices(kernel: Kernel, devices: dict[str, int], options: str) -> None:
    """A /dev without terminals, disks or anything else that leads out.

    It may not be sticky and writable for all: there the kernel refuses ``O_CREAT`` on nodes that are somebody else's
    (``may_create_in_sticky`` in Linux's fs/namei.c), so that nobody but root could write to /dev/null.
    """
    kernel.mount("tmpfs", "/dev", "tmpfs", _MS_NOSUID, options)
    for name, descriptor in devices.items():
        _write("/dev/" + name, "")
        kernel.mount(f"/proc/self/fd/{descriptor}", "/dev/" + name, None, _MS_BIND)
        kernel.set_readonly("/dev/" + name, False)
    for name, target in _DEVICE_LINKS.items():
        os.symlink(target, "/dev/" + name)  # noqa: PTH211
    for name in ("shm", "pts"):
        os.mkdir("/dev/" + name, 0o1777)  # noqa: PTH102
    kernel.mount("devpts", "/dev/pts", "devpts", _MS_NOSUID | _MS_NOEXEC, "newinstance,ptmxmode=0666,mode=620")


def _raise_loopback() -> None:
    """Tests may talk to servers of their own."""
    import fcntl
    import socket
    import struct

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as channel:
        fcntl.ioctl(channel, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))


def _stop_if_orphaned(life: int | None) -> None:
    """End here if the server died before the kernel was told to kill this process with it.

    Args:
        life: A pipe's descriptor, which ends when the server does.
    """
    if life is not None:
        if select.select([life], [], [], 0)[0]:
            os._exit(_ORPHANED)
        os.close(life)


def _set_limits(limits: dict[str, int], shut_in: bool) -> None:
    import resource

    def set_to(name: str, amount: int) -> None:
        kind = getattr(resource, name, None)
        if kind is not None:
            hard = resource.getrlimit(kind)[1]
            most = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
            resource.setrlimit(kind, (most, most))

    set_to("RLIMIT_CORE", 0)
    set_to("RLIMIT_CPU", limits["cpu_seconds"])
    set_to("RLIMIT_FSIZE", limits["file_bytes"])
    set_to("RLIMIT_DATA", limits["memory_bytes"])  # not AS: much address space is reserved by many and used by none
    release = tuple(int("".join(filter(str.isdigit, part)) or 0) for part in os.uname().release.split(".")[:2])
    if shut_in and release >= _COUNTED_IN_NAMESPACE:
        set_to("RLIMIT_NPROC", limits["processes"])


def main() -> None:
    """Do as the JSON in the first argument says; see ``Sandbox.command``."""
    order = json.loads(sys.argv[1])
    if sys.platform == "linux":
        kernel = Kernel()
        kernel.die_with_parent()
        if order["namespaces"]:
            _enter_namespaces(kernel)
        _stop_if_orphaned(order["life"])
        if order["namespaces"]:
            _build_file_system(kernel, order["mounts"], order["tmpfs_bytes"])
            _raise_loopback()
            kernel.drop_capabilities()
            child = os.fork()
            if child:
                os._exit(_status_of(child))  # the first process of a namespace: its end is everybody's
            os.setsid()
    os.chdir(order["cwd"])
    _set_limits(order["limits"], order["shut_in"])
    os.execvp(order["argv"][0], order["argv"])  # noqa: S606 - the sandbox is built for this command


if __name__ == "__main__":
    main()
