"""run.py: what it refuses, what it chooses to install, what it runs and what it passes on."""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def runner() -> ModuleType:
    spec = importlib.util.spec_from_file_location("cardioai_run", ROOT / "run.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 9, "final", 0)])
def test_known_pythons_are_taken(runner: ModuleType, version: tuple):
    assert runner.refusal(version) is None


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 4), (3, 13, 0), (4, 0, 0)])
def test_other_pythons_are_refused_in_one_line(runner: ModuleType, version: tuple):
    text = runner.refusal(version)
    assert "\n" not in text
    assert f"Python {version[0]}.{version[1]}," in text
    assert "needs 3.11 or 3.12" in text


def test_a_refused_python_ends_the_run(runner: ModuleType, monkeypatch, capsys):
    monkeypatch.setattr(runner.sys, "version_info", (3, 10, 4))
    assert runner.main(["test"]) == 2
    assert "needs 3.11 or 3.12" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "status"), [([], 2), (["fly"], 2), (["--help"], 0)])
def test_without_a_command_it_tells_the_commands(runner, arguments, status, capsys):
    assert runner.main(arguments) == status
    printed = capsys.readouterr()
    assert "demo | test | benchmark" in printed.out + printed.err


def test_interpreter_of_an_environment(runner: ModuleType):
    venv = Path("my folder") / ".venv"
    assert runner.venv_python(venv, windows=True) == venv / "Scripts" / "python.exe"
    assert runner.venv_python(venv, windows=False) == venv / "bin" / "python"


def test_fingerprint_follows_what_is_asked_for(runner: ModuleType, tmp_path: Path):
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_bytes(b"numpy==2\nscipy==1\n")
    two.write_bytes(b"torch==2\n")
    first = runner.fingerprint((one, two), (3, 11, 4))
    one.write_bytes(b"numpy==2\r\nscipy==1\r\n")
    assert runner.fingerprint((one, two), (3, 11, 9)) == first
    assert runner.fingerprint((one, two), (3, 12, 0)) != first
    one.write_bytes(b"numpy==3\nscipy==1\n")
    assert runner.fingerprint((one, two), (3, 11, 4)) != first


def test_test_tools_include_the_rest_and_not_the_other_way(runner: ModuleType):
    base, test = ({"digest": "d", "package": name} for name in (runner.BASE, runner.TEST))
    assert runner.is_ready(base, "d", runner.BASE)
    assert runner.is_ready(test, "d", runner.BASE)
    assert not runner.is_ready(base, "d", runner.TEST)
    assert not runner.is_ready(test, "e", runner.TEST)
    assert not runner.is_ready({}, "d", runner.BASE)


def test_the_stamp_survives_a_round_trip_and_a_torn_one_counts_as_none(
    runner: ModuleType, tmp_path: Path, monkeypatch
):
    monkeypatch.setattr(runner, "STAMP", tmp_path / "stamp.json")
    assert runner.read_stamp() == {}
    runner.write_stamp("d", runner.TEST)
    assert runner.is_ready(runner.read_stamp(), "d", runner.TEST)
    assert [path.name for path in tmp_path.iterdir()] == ["stamp.json"]
    for torn in ('{"digest": "d', "[1]", "7"):
        runner.STAMP.write_text(torn)
        assert runner.read_stamp() == {}


def test_pin_of_torch_is_read_from_the_constraints(runner: ModuleType):
    text = "torchvision==0.1\ntorch==2.9.1; python_version < '4'\n"
    assert runner.pinned("torch", text) == "2.9.1"
    assert runner.pinned("torch", (ROOT / "constraints.txt").read_text(encoding="utf-8"))
    with pytest.raises(runner.SetupError, match="no line for numpy"):
        runner.pinned("numpy", text)


def test_versions_are_read_from_what_pip_prints(runner: ModuleType):
    text = "torch (2.9.0)\nAvailable versions: 2.9.0, 2.8.0+cpu, 2.8.0\n  LATEST: 2.9.0\n"
    assert runner.listed_versions(text) == ["2.9.0", "2.8.0+cpu", "2.8.0"]
    assert runner.listed_versions("ERROR: nothing found") == []


@pytest.mark.parametrize(
    ("available", "platform", "chosen"),
    [
        (["2.9.0", "2.8.0+cpu", "2.8.0"], "linux", "2.8.0+cpu"),
        (["2.8.0+cu126", "2.8.0+cpu"], "linux", "2.8.0+cpu"),
        (["2.9.0+cpu", "2.8.0"], "linux", "2.8.0"),
        (["2.8.0+cpu", "2.8.0"], "win32", "2.8.0"),
        (["2.8.0"], "darwin", "2.8.0"),
        ([], "linux", "2.8.0"),
    ],
)
def test_linux_takes_the_cpu_build_where_there_is_one(runner, available, platform, chosen):
    assert runner.choose_torch(available, "2.8.0", platform) == chosen


def test_only_a_large_download_is_announced(runner: ModuleType):
    text = runner.torch_warning("2.8.0", "linux")
    assert "\n" not in text
    assert "about 3 GB" in text
    assert "CPU build" in text
    assert runner.torch_warning("2.8.0+cpu", "linux") is None
    assert runner.torch_warning("2.8.0", "darwin") is None
    assert runner.torch_warning("2.8.0", "win32") is None


def test_benchmarks_run_in_order_without_helpers(runner: ModuleType):
    present = [Path(name) for name in ("b.py", "_data.py", "a.py")]
    assert runner.pick_benchmarks(present, []) == [Path("a.py"), Path("b.py")]
    assert runner.pick_benchmarks(present, ["b", "a.py"]) == [Path("b.py"), Path("a.py")]
    with pytest.raises(runner.SetupError, match=r"no benchmark c in .*there are: a b"):
        runner.pick_benchmarks(present, ["c"])
    with pytest.raises(runner.SetupError, match="no benchmark at all"):
        runner.pick_benchmarks([], [])


def test_names_end_at_the_first_option(runner: ModuleType):
    assert runner.split_names(["a", "b", "--n", "3"]) == (["a", "b"], ["--n", "3"])
    assert runner.split_names([]) == ([], [])


def test_a_failed_step_shows_its_last_words_and_the_advice(runner: ModuleType):
    command = [runner.sys.executable, "-c", "import sys; sys.exit('no space left')"]
    with pytest.raises(runner.SetupError, match=r"(?s)unpacking failed.*no space left.*free some"):
        runner.must(command, "unpacking", "free some")


def test_a_folder_that_is_no_environment_is_left_alone(
    runner: ModuleType, tmp_path: Path, monkeypatch
):
    (tmp_path / "thesis.txt").write_text("mine")
    monkeypatch.setattr(runner, "VENV", tmp_path)
    with pytest.raises(runner.SetupError, match="move it away"):
        runner.make_venv()
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_an_interrupted_installation_is_found(runner: ModuleType, tmp_path: Path):
    runner.subprocess.run([runner.sys.executable, "-m", "venv", tmp_path], check=True)
    assert runner.fault(tmp_path) is None
    packages = next(tmp_path.glob("**/site-packages"))
    (packages / "torn-1.0.dist-info").mkdir()
    (packages / "torn-1.0.dist-info" / "METADATA").write_text("Name: torn\nVersion: 1.0\n")
    assert "interrupted" in runner.fault(tmp_path)


@pytest.mark.parametrize("failing", ["ruff check", "ruff format --check", "pytest -k x"])
def test_any_failing_check_fails_the_tests(runner: ModuleType, monkeypatch, failing: str):
    ran = []

    def pretend(arguments: list) -> int:
        ran.append(" ".join(arguments[1:]))
        return 3 if ran[-1] == failing else 0

    monkeypatch.setattr(runner, "install", lambda package: None)
    monkeypatch.setattr(runner, "ready_graphics", lambda *given: None)
    monkeypatch.setattr(runner, "run", pretend)
    assert runner.main(["test", "-k", "x"]) == 3
    assert ran[-1] == failing


def test_the_whole_suite_runs_in_a_process_a_core(runner: ModuleType, monkeypatch):
    assert runner.parallel(1) == []
    assert runner.parallel(2) == ["-n", "2", "--dist", "loadfile"]
    assert runner.parallel(64)[1] == "4"
    ran = []
    monkeypatch.setattr(runner, "install", lambda package: None)
    monkeypatch.setattr(runner, "ready_graphics", lambda *given: None)
    monkeypatch.setattr(runner, "run", lambda words: ran.append(list(words[1:])) or 0)
    monkeypatch.setattr(runner.os, "cpu_count", lambda: 2)
    assert runner.main(["test"]) == 0
    assert ran[-1] == ["pytest", *runner.parallel(2)]


def test_one_failed_benchmark_does_not_stop_the_others(runner, tmp_path, monkeypatch):
    for name in ("a.py", "b.py"):
        (tmp_path / name).write_text("")
    ran = []
    monkeypatch.setattr(runner, "BENCHMARKS", tmp_path)
    monkeypatch.setattr(runner, "install", lambda package: None)
    monkeypatch.setattr(runner, "run", lambda words: ran.append(words[0].name) or ran == ["a.py"])
    assert runner.main(["benchmark"]) == 1
    assert ran == ["a.py", "b.py"]


def test_graphics_are_installed_by_root_with_apt_only(runner: ModuleType):
    install, update, again = runner.graphics_commands(
        runner.GRAPHICS, "linux", True, "/usr/bin/apt-get"
    )
    assert install == again
    assert install[-2:] == ["libegl1", "libgl1-mesa-dri"]
    assert "--yes" in install
    assert update == ["/usr/bin/apt-get", "update"]
    for given in [("linux", False, "apt-get"), ("linux", True, None), ("darwin", True, "apt-get")]:
        assert runner.graphics_commands(runner.GRAPHICS, *given) == []


def test_the_packages_are_those_that_the_library_names(runner: ModuleType):
    from CardioAILib.embedded.probe import PACKAGES

    assert runner.GRAPHICS == PACKAGES


class Machine:
    """A computer that draws once `cure` has been run, under a runner that calls it."""

    def __init__(self, runner: ModuleType, monkeypatch, cure: str | None, failing: str = ""):
        self.ran: list[str] = []
        self.cure, self.failing, self.problem = cure, failing, "no pictures here"
        monkeypatch.setattr(runner, "quiet", self.quiet)
        monkeypatch.setattr(runner.sys, "platform", "linux")
        monkeypatch.setattr(runner.os, "geteuid", lambda: 0, raising=False)
        monkeypatch.setattr(runner.shutil, "which", lambda name: name)

    def quiet(self, command):
        words = [str(word) for word in command]
        if words[0] != "apt-get":
            return SimpleNamespace(returncode=0, stdout=f"{self.problem}\n")
        self.ran.append(words[1])
        if self.ran == self.failing.split():
            return SimpleNamespace(returncode=100, stdout="")
        if " ".join(self.ran) == self.cure:
            self.problem = ""
        return SimpleNamespace(returncode=0, stdout="")


@pytest.mark.parametrize(
    ("cure", "failing", "ran"),
    [
        ("install", "", ["install"]),
        ("install update install", "install", ["install", "update", "install"]),
        (None, "", ["install", "update", "install"]),
    ],
)
def test_graphics_are_tried_until_they_work(runner, monkeypatch, capsys, cure, failing, ran):
    machine = Machine(runner, monkeypatch, cure, failing)
    runner.ready_graphics()
    assert machine.ran == ran
    assert ("no pictures here" in capsys.readouterr().out) is (cure is None)


def test_working_graphics_are_left_alone(runner: ModuleType, monkeypatch, capsys):
    machine = Machine(runner, monkeypatch, None)
    machine.problem = ""
    runner.ready_graphics()
    assert machine.ran == []
    assert capsys.readouterr().out == ""


def test_without_root_one_line_is_said_and_nothing_fails(runner, monkeypatch, capsys):
    machine = Machine(runner, monkeypatch, None)
    monkeypatch.setattr(runner.os, "geteuid", lambda: 1000, raising=False)
    runner.ready_graphics()
    assert machine.ran == []
    assert capsys.readouterr().out.count("\n") == 1


def test_the_probe_of_the_widgets_names_what_is_missing(runner: ModuleType, tmp_path: Path):
    (tmp_path / "PySide6").mkdir()
    (tmp_path / "PySide6" / "__init__.py").write_text("raise ImportError('libGL.so.1')")
    done = subprocess.run(
        [sys.executable, "-c", runner.PROBE_WIDGETS],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "skipped (libGL.so.1)" in done.stdout
    assert "libxkbcommon0" in done.stdout
