"""Real worker processes: what they leave, and what a user reads when they fail."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import CardioAILib
import pytest
from CardioAILib.io import save_cohort
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Study
from CardioAILib.verbs import batch
from CardioAILib.worker import Errand, Job, SubprocessLauncher, write_job
from CardioAILib.worker.lock import alone_in

LIBRARY = str(Path(CardioAILib.__file__).resolve().parents[1])
PATIENCE = 120.0
posix = pytest.mark.skipif(os.name == "nt", reason="process groups and signals are POSIX")


class Observed:
    """An errand with a real process, and all that was heard of it."""

    def __init__(self, folder, launch=None, grace=10.0, on_event=lambda errand, event: None):
        self.launcher = SubprocessLauncher()
        self.heard, self._on_event = [], on_event
        self.errand = Errand(folder, launch or self.launcher, self._hear, grace=grace)

    def _hear(self, event):
        self.heard.append(event)
        self._on_event(self.errand, event)

    def run(self):
        self.errand.start()
        over = self.launcher.wait(lambda: self.errand.over, self.errand.tick, PATIENCE)
        assert over, self.heard
        return self

    @property
    def last(self):
        return self.heard[-1]

    def all(self, name):
        return [event for event in self.heard if event["event"] == name]


def scripted(script, launcher):
    """A launch that runs a script in the worker's place, with the job folder as its word."""

    def launch(arguments, environment, on_line, on_end):
        command = [arguments[0], "-c", script, arguments[-1]]
        return launcher(command, environment, on_line, on_end)

    return launch


def run_script(script, folder, **how):
    observed = Observed(folder, **how)
    observed.errand._launch = scripted(script, observed.launcher)
    return observed.run()


IN_THE_WORKER = """
import sys
from CardioAILib.worker import child
def run_job(folder, progress, event):
    {body}
child.run_job = run_job
sys.exit(child.main())
"""


def block(module, tmp_path, monkeypatch):
    """Let the worker's Python be without a module."""
    blocked = tmp_path / "blocked"
    blocked.mkdir()
    (blocked / "sitecustomize.py").write_text(f"import sys; sys.modules['{module}'] = None")
    monkeypatch.setenv("PYTHONPATH", str(blocked))


def run_body(body, folder, **how):
    """Run a worker whose job is a few lines."""
    return run_script(IN_THE_WORKER.format(body=body.replace("\n", "\n    ")), folder, **how)


@pytest.fixture
def predicting(tmp_path, tiny_model, test_cohort):
    """A job to judge one study, in a folder with a long name in several scripts."""
    folder = tmp_path / ("Prüfung 心臓 мое сердце " + "x" * 60) / ("y" * 100) / "job 1"
    save_cohort(Cohort(test_cohort.studies[:1]), folder, ".nrrd")
    write_job(folder, Job("predict", model=str(tiny_model), settings={"device": "cpu"}))
    return folder


@pytest.fixture
def many(tmp_path, test_cohort):
    """A job of some seconds: all features of twelve studies."""
    save_cohort(test_cohort, tmp_path)
    write_job(tmp_path, Job("radiomics"))
    return tmp_path


def gone(process):
    """Say whether a process has ended within five seconds; one nobody waits for counts."""
    deadline = time.monotonic() + 5.0
    while time.monotonic() < deadline:
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        status = Path(f"/proc/{process}/stat")
        if status.exists() and status.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


# Done


def test_a_prediction_leaves_all_that_a_panel_shows(predicting, test_cohort):
    observed = Observed(predicting).run()
    assert observed.last == {"event": "done"}, observed.last
    out = observed.errand.out
    (result,) = batch.read_results(out)
    assert (out / result.files["heatmap ES"]).exists()
    assert (out / "results.csv").exists()
    assert batch.read_model_facts(out)[0].name == "fahmy2022"
    (page,) = (out / "pages").iterdir()
    assert RESEARCH_ONLY in page.read_text(encoding="utf-8")
    assert not (predicting / "unfinished").exists()
    shares = [event["done"] for event in observed.all("progress")]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert observed.heard[0]["event"] == "started"


def test_what_a_library_prints_is_logged_and_breaks_nothing(tmp_path):
    body = """import os
print("to standard output, unfinished", end="")
os.write(1, b'{"event": "done"} from below\\xff\\n')
os.system("echo from a child")
progress(0.5, "half")
print("to standard error", file=sys.stderr)
import pathlib; (pathlib.Path(folder) / "out").mkdir()"""
    observed = run_body(body, tmp_path)
    assert [event["event"] for event in observed.heard] == ["started", "progress", "done"]
    log = (tmp_path / "log.txt").read_text(encoding="utf-8", errors="replace")
    for words in ("unfinished", "from below", "from a child", "to standard error"):
        assert words in log


def test_log_records_are_told(tmp_path):
    body = """import logging; logging.getLogger("any").warning("Grüße %s", "心")
logging.getLogger("any").warning("%d", "no number")
import pathlib; (pathlib.Path(folder) / "out").mkdir()"""
    observed = run_body(body, tmp_path)
    (told,) = observed.all("log")
    assert observed.last["event"] == "done"
    assert told == {"event": "log", "level": "warning", "message": "Grüße 心"}


# Cancelled, ended, orphaned


def test_a_cancel_is_heeded_within_the_grace(many):
    def cancel(errand, event):
        if event["event"] == "progress":
            errand.cancel()

    observed = Observed(many, grace=60.0, on_event=cancel).run()
    assert observed.last["event"] == "cancelled"
    assert not (many / "out").exists()
    # The same job goes on when it is asked again.
    assert Observed(many).run().last["event"] == "done"


@posix
def test_a_worker_that_ignores_the_cancel_is_ended_with_its_children(tmp_path):
    body = """import signal, subprocess, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
grandchild = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
event({"event": "curve", "grandchild": grandchild.pid})
time.sleep(600)"""

    def cancel(errand, event):
        if event["event"] == "curve":
            errand.cancel()

    observed = run_body(body, tmp_path, grace=0.3, on_event=cancel)
    assert observed.last["event"] == "cancelled"
    assert gone(observed.heard[0]["pid"])
    assert gone(observed.all("curve")[0]["grandchild"])


@posix
def test_a_killed_worker_is_told_and_leaves_no_results(many):
    def kill(errand, event):
        if event["event"] == "progress" and not hasattr(errand, "hit"):
            errand.hit = True
            os.kill(observed.heard[0]["pid"], signal.SIGKILL)

    observed = Observed(many, on_event=kill)
    observed.run()
    assert observed.last["kind"] == "Killed"
    assert "memory" in observed.last["message"]
    assert not (many / "out").exists()


@posix
def test_a_crash_is_told_and_its_place_is_in_the_log(tmp_path):
    observed = run_body("import faulthandler; faulthandler._sigsegv()", tmp_path)
    assert observed.last["kind"] == "Crashed"
    assert "log.txt" in observed.last["message"]
    assert "run_job" in (tmp_path / "log.txt").read_text(encoding="utf-8")


@posix
def test_a_worker_ends_when_its_parent_is_gone(tmp_path):
    body = "import time; time.sleep(600)"
    worker = IN_THE_WORKER.format(body=body)
    parent = f"""
import subprocess, sys, os, time
environment = {{**os.environ, "PYTHONPATH": {LIBRARY!r}, "CARDIOAI_PARENT": str(os.getpid())}}
subprocess.Popen([sys.executable, "-c", {worker!r}, {str(tmp_path)!r}], env=environment)
time.sleep(600)
"""
    with subprocess.Popen([sys.executable, "-c", parent], stdout=subprocess.PIPE) as started:
        worker_id = json.loads(started.stdout.readline())["pid"]
        started.kill()
    assert gone(worker_id)


# Refused and failed, in words


def test_a_model_that_was_moved_away_is_named(predicting, tiny_model):
    away = tiny_model.with_name("gone")
    write_job(predicting, Job("predict", model=str(away)))
    observed = Observed(predicting).run()
    assert observed.last["kind"] == "ModelError"
    assert "moved" in observed.last["message"]
    assert not observed.errand.out.exists()


def test_one_study_that_cannot_be_used_fails_with_its_own_reason(predicting, test_cohort):
    study = test_cohort.studies[0]
    blind = {role: image for role, image in study.images.items() if role.kind != "mask"}
    save_cohort(Cohort((Study(study.subject, study.study, blind),)), predicting)
    observed = Observed(predicting).run()
    assert observed.last["kind"] == "MissingInputError"
    assert "mask_SAX_ES" in observed.last["message"]


def test_a_folder_without_a_job_is_told(tmp_path):
    observed = Observed(tmp_path / "none").run()
    assert observed.last["kind"] == "UnreadableFileError"
    assert "job folder" in observed.last["message"]


def test_a_second_worker_in_the_folder_is_refused(many):
    with alone_in(many):
        observed = Observed(many).run()
    assert observed.last["kind"] == "ResumeError"
    assert "at work" in observed.last["message"]


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="permissions are those of POSIX")
def test_a_folder_that_cannot_be_written_is_told(many):
    if os.geteuid() == 0:
        (many / ".lock").mkdir()
        words = ".lock"
    else:
        many.chmod(0o555)
        words = "permission"
    try:
        observed = Observed(many).run()
    finally:
        many.chmod(0o755)
    assert observed.last["event"] == "failed"
    assert words in observed.last["message"]
    assert not (many / "out").exists()


@pytest.mark.parametrize(
    ("module", "package", "cure"),
    [
        ("torch", "'torch'", "extension PyTorch"),
        ("SimpleITK", "'SimpleITK'", "press its button"),
    ],
)
def test_a_missing_package_is_named_with_its_cure(
    predicting, tmp_path, monkeypatch, module, package, cure
):
    block(module, tmp_path, monkeypatch)
    observed = Observed(predicting).run()
    assert observed.last["kind"] == "DependencyError"
    assert package in observed.last["message"]
    assert cure in observed.last["message"]
    assert not observed.errand.out.exists()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_is_told(tmp_path):
    body = """with open("/dev/full", "w") as file:
    file.write("x")"""
    observed = run_body(body, tmp_path)
    assert observed.last["kind"] == "DiskFull"
    assert "Free some space" in observed.last["message"]


@pytest.mark.skipif(os.name == "nt", reason="limits of file sizes are POSIX")
def test_a_write_that_fails_half_way_leaves_nothing_that_looks_whole(many):
    launcher = SubprocessLauncher()

    def limited(arguments, environment, on_line, on_end):
        command = ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh", *arguments]
        return launcher(command, environment, on_line, on_end)

    observed = Observed(many, limited)
    observed.launcher = launcher
    observed.run()
    assert observed.last["event"] == "failed"
    assert not (many / "out").exists()
    assert not list(many.rglob("*.csv"))[1:]


@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("raise MemoryError", "MemoryError", "memory"),
        ("raise RuntimeError('DefaultCPUAllocator: not enough memory')", "MemoryError", "memory"),
        ("raise PermissionError(13, 'Permission denied', '/data/x')", "PermissionError", "/data/x"),
        ("raise OSError(36, 'File name too long', 'z' * 300)", "OSError", "shorter path"),
        ("raise ImportError('DLL load failed')", "ImportError", "Install it again"),
        ("raise ZeroDivisionError('why')", "ZeroDivisionError", "log.txt"),
        ("sys.exit('stop')", "SystemExit", "log.txt"),
    ],
)
def test_every_error_becomes_a_message(tmp_path, body, kind, words):
    observed = run_body(body, tmp_path)
    assert observed.last["event"] == "failed"
    assert observed.last["kind"] == kind
    assert words in observed.last["message"]
    assert "Traceback" in (tmp_path / "log.txt").read_text(encoding="utf-8")


def test_an_interrupt_is_a_cancel(tmp_path):
    assert run_body("raise KeyboardInterrupt", tmp_path).last["event"] == "cancelled"


def test_a_library_that_is_not_found_is_told_in_pythons_words(tmp_path):
    observed = run_script("import CardioAILib.nothing", tmp_path)
    assert observed.last["kind"] == "Ended"
    assert "CardioAILib.nothing" in observed.last["message"]


def test_a_bad_call_says_how_to_call():
    done = subprocess.run(
        [sys.executable, "-m", "CardioAILib.worker"],
        env={**os.environ, "PYTHONPATH": LIBRARY},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert "JOBFOLDER" in done.stderr


def test_a_job_without_numba_is_done_by_numpy(predicting, tmp_path, monkeypatch):
    block("numba", tmp_path, monkeypatch)
    observed = Observed(predicting).run()
    assert observed.last["event"] == "done"
    assert any("run on NumPy" in event["message"] for event in observed.all("log"))
