"""Which model suits this machine. Looks at memory, processor and graphics card; starts no model."""

from __future__ import annotations

import platform
import subprocess
import sys
from dataclasses import dataclass

from stoker_providers.models import GB, MODELS, LocalModel

_ASK_SECONDS = 5.0
_METAL_SHARE = 0.66
"""Part of an Apple machine's memory that Metal lets a process use; macOS gives two thirds to three quarters."""

CORES_FOR_LARGER = 8
"""Cores from which the 1.5B model reads prompts fast enough to type with: it takes three times the 0.5B model's work, which
two cores do at 180 tokens a second."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a model can use.

    Attributes:
        memory: Bytes of main memory.
        cores: Physical cores.
        gpu_memory: Bytes that a graphics card can use for a model; 0 without one.
        gpu: The card in words; empty without one.
    """

    memory: int
    cores: int
    gpu_memory: int = 0
    gpu: str = ""


def this_machine() -> Machine:
    """This machine. Takes a moment where there is an NVIDIA card."""
    import psutil

    memory, cores = psutil.virtual_memory().total, psutil.cpu_count(logical=False) or 1
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return Machine(memory, cores, int(memory * _METAL_SHARE), "Apple's")
    gpu_memory = _nvidia()
    return Machine(memory, cores, gpu_memory, "NVIDIA's" if gpu_memory else "")


def recommend(machine: Machine) -> tuple[LocalModel, str]:
    """The model that suits a machine best, and why in one sentence."""
    small, medium, large = MODELS
    if machine.gpu_memory >= large.memory + GB:
        return large, f"it fits into the {machine.gpu_memory / GB:.0f} GB of {machine.gpu} graphics"
    if machine.gpu_memory >= medium.memory + GB:
        return medium, f"it fits into the {machine.gpu_memory / GB:.0f} GB of {machine.gpu} graphics"
    if machine.cores >= CORES_FOR_LARGER and machine.memory >= 4 * medium.memory:
        return medium, f"{machine.cores} cores without a graphics card read its prompts fast enough"
    return small, f"it is quick enough on {machine.cores} cores without a graphics card"


def _nvidia() -> int:
    """Bytes of the largest NVIDIA card; 0 where there is none."""
    command = ["nvidia-smi", "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, timeout=_ASK_SECONDS, check=False).stdout
    except (OSError, subprocess.TimeoutExpired):
        return 0
    return max((int(line) * 2**20 for line in shown.split() if line.isdigit()), default=0)
