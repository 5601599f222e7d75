"""Make `.venv` with all that CardioAI needs, then run its demo, its tests or its benchmarks.

    python3 run.py demo | test | benchmark [more arguments, passed on]

`demo` writes to the folder `demo` beside this file unless told `--out`. `test` runs the linter,
the format check and pytest. `benchmark` runs every script of `Testing/benchmarks`, or those named.
Needs nothing but the standard library of Python 3.11 or 3.12.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "cardioai-installed.json"
CONSTRAINTS = ROOT / "constraints.txt"
BENCHMARKS = ROOT / "Testing" / "benchmarks"

PYTHONS = ((3, 11), (3, 12))
BASE, TEST = ".", ".[test]"
MOST_WORKERS = 4

LIST_BROKEN = """
import importlib.metadata as metadata, sysconfig
for found in metadata.distributions(path=[sysconfig.get_path("purelib")]):
    if not found.files or not all(f.locate().exists() for f in found.files if f.suffix != ".pyc"):
        print(found.metadata["Name"])
"""
GRAPHICS = ("libegl1", "libgl1-mesa-dri")
PROBE = "from CardioAILib.embedded import rendering_problem as ask; print(ask() or '')"
WIDGETS = ("libgl1", "libfontconfig1", "libxkbcommon0", "libdbus-1-3", "libglib2.0-0", "libx11-6")
PROBE_WIDGETS = f"""
try:
    import PySide6.QtUiTools
except ImportError as error:
    print(f"the panel's tests are skipped ({{error}}); it needs: {" ".join(WIDGETS)}")
"""
TORCH_VERSION = "import importlib.metadata as metadata; print(metadata.version('torch'))"


class SetupError(Exception):
    """Something that stops the run; its text says what and how to mend it."""


# What is wanted, in plain values


def refusal(version: Sequence[int]) -> str | None:
    """Say in one line why this Python will not do, or None where it does."""
    if tuple(version[:2]) in PYTHONS:
        return None
    wanted = " or ".join(f"{major}.{minor}" for major, minor in PYTHONS)
    return (
        f"this is Python {version[0]}.{version[1]}, CardioAI needs {wanted}: "
        "call run.py with one of those, as in `python3.12 run.py demo`"
    )


def venv_python(venv: Path, windows: bool = os.name == "nt") -> Path:
    """Where a virtual environment keeps its interpreter."""
    return venv / "Scripts" / "python.exe" if windows else venv / "bin" / "python"


def parallel(cores: int) -> list[str]:
    """How pytest shares the tests among processes; a file stays whole, for what its tests share."""
    workers = min(cores, MOST_WORKERS)
    return ["-n", str(workers), "--dist", "loadfile"] if workers > 1 else []


def fingerprint(files: Iterable[Path], version: Sequence[int]) -> str:
    """Digest of the files that decide what is installed, and of Python's minor version."""
    digest = hashlib.sha256(f"{version[0]}.{version[1]}".encode())
    for file in files:
        # Line ends differ between checkouts; what is asked for does not.
        digest.update(b"\0" + file.read_bytes().replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def is_ready(stamp: dict[str, str], digest: str, package: str) -> bool:
    """Say whether an earlier run installed this; with the test tools the rest is there too."""
    return stamp.get("digest") == digest and stamp.get("package") in (package, TEST)


def pinned(name: str, constraints: str) -> str:
    """The version that the text of a constraints file gives a package."""
    match = re.search(rf"^{re.escape(name)}==([^\s;#]+)", constraints, re.MULTILINE)
    if match is None:
        raise SetupError(f"{CONSTRAINTS.name} has no line for {name}")
    return match[1]


def listed_versions(text: str) -> list[str]:
    """The versions in what `pip index versions` prints."""
    match = re.search(r"^Available versions: (.+)$", text, re.MULTILINE)
    return [version.strip() for version in match[1].split(",")] if match else []


def choose_torch(available: Iterable[str], pin: str, platform: str = sys.platform) -> str:
    """The torch to ask pip for: on Linux the CPU build where pip can see one."""
    cpu = f"{pin}+cpu"
    return cpu if platform == "linux" and cpu in available else pin


def torch_warning(version: str, platform: str = sys.platform) -> str | None:
    """What to say before a large download; None where the build is a small one."""
    if platform != "linux" or version.endswith("+cpu"):
        return None
    return (
        f"torch {version} for Linux brings the CUDA libraries: about 3 GB to download. To avoid "
        f"that, stop here and install a CPU build of torch {version} into .venv, or set "
        "PIP_INDEX_URL to an index of your choice that has one, and call this again"
    )


def graphics_commands(
    packages: Sequence[str], platform: str, root: bool, apt: str | None
) -> list[list[str]]:
    """What to try in turn until packages are there; nothing where we may not install."""
    if platform != "linux" or not root or apt is None:
        return []
    install = [apt, "install", "--yes", "--no-install-recommends", *packages]
    return [install, [apt, "update"], install]


def pick_benchmarks(present: Sequence[Path], names: Sequence[str]) -> list[Path]:
    """The scripts to run: those named, else all but helpers (`_name.py`)."""
    scripts = {path.stem: path for path in sorted(present) if not path.name.startswith("_")}
    wanted = [Path(name).stem for name in names] or list(scripts)
    unknown = [name for name in wanted if name not in scripts]
    if unknown or not wanted:
        raise SetupError(
            f"no benchmark {' '.join(unknown) or 'at all'} in {BENCHMARKS}; "
            f"there are: {' '.join(scripts) or 'none'}"
        )
    return [scripts[name] for name in wanted]


def split_names(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """Names up to the first option, and the rest."""
    options = [i for i, word in enumerate(arguments) if word.startswith("-")]
    first = options[0] if options else len(arguments)
    return list(arguments[:first]), list(arguments[first:])


# The environment


def say(text: str) -> None:
    """Tell the user what happens now, before any output of a child process."""
    print(f"[run.py] {text}", flush=True)


def quiet(command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
    """Run a command in the project's folder and keep what it prints."""
    words = [str(word) for word in command]
    return subprocess.run(
        words, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False
    )


def must(command: Sequence[str | Path], task: str, advice: str) -> None:
    """Run a command quietly, say how long it took, and show its last words if it failed."""
    say(f"{task} ...")
    start = time.monotonic()
    done = quiet(command)
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-15:])
        raise SetupError(f"{task} failed (exit status {done.returncode}):\n{last}\n{advice}")
    say(f"{task}: done in {time.monotonic() - start:.0f} s")


def pip(*arguments: str | Path) -> list[str | Path]:
    """A call of the environment's own pip that never asks anything."""
    options = ("--disable-pip-version-check", "--no-input")
    return [venv_python(VENV), "-m", "pip", *options, *arguments]


def pip_install(task: str, *arguments: str) -> None:
    """Install with pip under the constraints."""
    advice = (
        "Check the network, the disk's space and pip's own settings (`pip config list`), "
        "then call this again: it goes on where it stopped."
    )
    must(pip("install", "--quiet", "--constraint", CONSTRAINTS, *arguments), task, advice)


def read_stamp() -> dict[str, str]:
    """What the last complete installation left behind; empty where there was none."""
    try:
        return dict(json.loads(STAMP.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return {}


def write_stamp(digest: str, package: str) -> None:
    """Record a complete installation; a half-written record never counts."""
    draft = STAMP.with_suffix(".part")
    draft.write_text(json.dumps({"digest": digest, "package": package}), encoding="utf-8")
    draft.replace(STAMP)


def fault(venv: Path) -> str | None:
    """Say what keeps an environment from being used as it is, or None."""
    python = venv_python(venv)
    if not python.exists():
        return "it has no interpreter"
    made_by = quiet([python, "-c", "import pip, sys; print('%d.%d' % sys.version_info[:2])"])
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if made_by.returncode or made_by.stdout.strip() != here:
        return f"it does not run as Python {here} with pip"
    broken = quiet([python, "-c", LIST_BROKEN])
    if broken.returncode or broken.stdout.strip():
        return "an installation in it was interrupted"
    return None


def make_venv() -> None:
    """Make the virtual environment, or make it anew where it is of no use."""
    if VENV.exists():
        problem = fault(VENV)
        if problem is None:
            return
        if any(VENV.iterdir()) and not (VENV / "pyvenv.cfg").exists():
            raise SetupError(
                f"{VENV} is no virtual environment: move it away, then call this again"
            )
        say(f".venv is made anew: {problem}")
    advice = "On Debian and Ubuntu, install the package python3-venv first."
    must([sys.executable, "-m", "venv", "--clear", VENV], "making .venv", advice)


def installed_torch() -> str:
    """The version of torch in the environment; empty where there is none."""
    return quiet([venv_python(VENV), "-c", TORCH_VERSION]).stdout.strip()


def install_torch() -> None:
    """Install torch by itself: it is by far the largest part, and its build has to be chosen."""
    pin = pinned("torch", CONSTRAINTS.read_text(encoding="utf-8"))
    present = installed_torch()
    if present.partition("+")[0] == pin:
        say(f"torch {present} is there already")
        return
    listing = quiet(pip("index", "versions", "torch"))
    version = choose_torch(listed_versions(listing.stdout), pin)
    warning = torch_warning(version)
    if warning:
        say(warning)
    pip_install(f"installing torch {version}", f"torch=={version}")


def install(package: str) -> None:
    """Bring the environment to what `package` asks for, unless it is there already."""
    digest = fingerprint((ROOT / "pyproject.toml", CONSTRAINTS), sys.version_info)
    if is_ready(read_stamp(), digest, package) and venv_python(VENV).exists():
        return
    make_venv()
    STAMP.unlink(missing_ok=True)
    install_torch()
    # With the build tool in place pip need not fetch an unpinned one for each build.
    pip_install("installing the build tool", "setuptools")
    pip_install("installing CardioAI and its libraries", "--no-build-isolation", "-e", package)
    shutil.rmtree(ROOT / "CardioAI" / "cardioai.egg-info", ignore_errors=True)
    write_stamp(digest, package)


def told_by(probe: str) -> str:
    """What a probe says is missing; empty where nothing is."""
    return quiet([venv_python(VENV), "-c", probe]).stdout.strip()


def ready_graphics(probe: str = PROBE, packages: Sequence[str] = GRAPHICS) -> None:
    """Install graphics libraries where that is ours to do; pictures are plainer without."""
    problem = told_by(probe)
    root = hasattr(os, "geteuid") and os.geteuid() == 0
    for command in graphics_commands(packages, sys.platform, root, shutil.which("apt-get")):
        if not problem:
            return
        say(f"{' '.join(command)} ...")
        if quiet(command).returncode == 0:
            problem = told_by(probe)
    if problem:
        say(problem)


# The commands


def run(arguments: Sequence[str | Path], folder: Path | None = ROOT) -> int:
    """Run the environment's Python in a folder (None: the user's) and return its exit status."""
    words = [str(word) for word in (venv_python(VENV), *arguments)]
    status = subprocess.run(words, cwd=folder, check=False).returncode
    return status if status >= 0 else 128 - status


def demo(arguments: Sequence[str]) -> int:
    """Run the demonstration; relative paths given with it are the user's own."""
    install(BASE)
    ready_graphics()
    say("running the demonstration ...")
    return run(["-m", "CardioAILib.cli", "demo", "--out", ROOT / "demo", *arguments], folder=None)


def test(arguments: Sequence[str]) -> int:
    """Run the linter, the format check and pytest; stop at the first that fails.

    The whole suite runs in a process a core; with arguments pytest does what they say.
    """
    install(TEST)
    ready_graphics()
    ready_graphics(PROBE_WIDGETS, WIDGETS)
    tests = ["pytest", *(arguments or parallel(os.cpu_count() or 1))]
    for command in (["ruff", "check"], ["ruff", "format", "--check"], tests):
        say(f"{' '.join(command)} ...")
        status = run(["-m", *command])
        if status:
            return status
    return 0


def benchmark(arguments: Sequence[str]) -> int:
    """Run the benchmarks one after another; what follows the first option goes to each."""
    names, options = split_names(arguments)
    scripts = pick_benchmarks(list(BENCHMARKS.glob("*.py")), names)
    install(TEST)
    failed = []
    for script in scripts:
        say(f"{script.name} ...")
        if run([script, *options]):
            failed.append(script.name)
    if failed:
        say(f"failed: {' '.join(failed)}")
    return 1 if failed else 0


COMMANDS: dict[str, Callable[[Sequence[str]], int]] = {
    "demo": demo,
    "test": test,
    "benchmark": benchmark,
}


def main(arguments: Sequence[str]) -> int:
    """Run one of the commands; 2 means that it could not be started."""
    problem = refusal(sys.version_info)
    if problem:
        print(f"run.py: {problem}", file=sys.stderr)
        return 2
    if not arguments or arguments[0] not in COMMANDS:
        asked = bool(arguments) and arguments[0] in ("-h", "--help")
        print(__doc__, file=sys.stdout if asked else sys.stderr)
        return 0 if asked else 2
    try:
        return COMMANDS[arguments[0]](arguments[1:])
    except SetupError as error:
        print(f"run.py: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
