"""The parent's side, against a process that is none and a clock that is turned by hand."""

import json
import os
import subprocess
import sys
from pathlib import Path

import CardioAILib
import pytest
from CardioAILib.errors import InputError
from CardioAILib.worker import Errand, python_of_slicer
from CardioAILib.worker.ending import end_tree, signal_name


class Process:
    """A launch that only notes what it is asked."""

    pid = 4242

    def __init__(self, error=None):
        self.error, self.killed, self.calls = error, 0, []

    def __call__(self, arguments, environment, on_line, on_end):
        if self.error:
            raise self.error
        self.calls.append((arguments, environment))
        self.say, self.end = on_line, on_end
        return self

    def kill(self):
        self.killed += 1

    def event(self, name, **more):
        self.say(json.dumps({"event": name, **more}))


class Bench:
    """An errand with all that it touches in the hand of the test."""

    def __init__(self, folder, error=None):
        self.now, self.heard, self.ended = 0.0, [], []
        self.process = Process(error)
        self.errand = Errand(
            folder,
            self.process,
            self.heard.append,
            interpreter="python",
            grace=5.0,
            clock=lambda: self.now,
            end=self.ended.append,
        )

    @property
    def names(self):
        return [event["event"] for event in self.heard]


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
def running(bench):
    bench.errand.start()
    bench.process.event("started", pid=77)
    return bench


def test_the_worker_is_this_library_by_an_absolute_path(running, monkeypatch):
    ((arguments, environment),) = running.process.calls
    assert arguments == ["python", "-m", "CardioAILib.worker", str(running.errand.folder)]
    first = Path(environment["PYTHONPATH"].split(os.pathsep)[0])
    assert first == Path(CardioAILib.__file__).resolve().parents[1]
    assert environment["CARDIOAI_PARENT"] == str(os.getpid())


def test_what_was_on_the_path_stays_there(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(["/a", "", "/b"]))
    bench = Bench(tmp_path)
    bench.errand.start()
    assert bench.process.calls[0][1]["PYTHONPATH"].split(os.pathsep)[1:] == ["/a", "/b"]


def test_a_job_from_start_to_done(running):
    running.process.event("progress", done=0.5, message="half")
    running.process.event("curve", network="dl", epoch=1)
    running.errand.out.mkdir()
    running.process.event("done")
    assert running.errand.state == "running"
    running.process.end(0)
    assert running.errand.state == "done"
    assert running.errand.over
    assert running.names == ["started", "progress", "curve", "done"]


def test_the_time_left_follows_the_pace(running):
    def left(now, done):
        running.now = now
        running.process.event("progress", done=done, message="")
        return running.heard[-1]["left"]

    assert left(10.0, 0.1) is None
    assert left(11.0, 0.2) is None
    assert left(14.0, 0.3) == pytest.approx(14.0)
    assert left(20.0, 0.6) == pytest.approx(8.0)
    assert left(28.0, 1.0) == 0.0
    with_start = [left(0.0, 0.0), left(30.0, 0.02), left(34.0, 0.12)]
    assert with_start == [None, None, pytest.approx(4.0 * 0.88 / 0.1)]
    running.process.event("progress", done=None, message="")
    assert running.heard[-1]["left"] is None


@pytest.mark.parametrize("line", ["noise", '{"half": ', "[1]", '{"event": 3}', '"event"', "心臓"])
def test_a_line_that_is_no_event_is_a_line_of_the_log(running, line):
    running.process.say(line)
    assert running.heard[-1] == {"event": "log", "level": "info", "message": line}
    assert running.errand.state == "running"


def test_empty_lines_are_not_told(running):
    running.process.say("  ")
    assert running.names == ["started"]


# Cancelled


def test_a_cancel_is_a_file_and_patience(running):
    running.errand.cancel()
    assert running.errand.state == "cancelling"
    assert (running.errand.folder / "cancel").exists()
    running.now = 4.9
    running.errand.tick()
    assert not running.process.killed
    running.process.event("cancelled")
    running.process.end(0)
    assert running.names[-1] == running.errand.state == "cancelled"


def test_a_worker_that_does_not_stop_is_ended_with_its_tree(running):
    running.errand.cancel()
    running.now = 5.0
    running.errand.tick()
    assert running.ended == [77, 4242]
    assert running.process.killed == 1
    running.errand.tick()
    assert running.process.killed == 1
    running.process.end(-9)
    assert running.errand.state == "cancelled"


def test_a_worker_that_hangs_after_its_last_word_is_ended_and_believed(running):
    running.errand.out.mkdir()
    running.process.event("done")
    running.now = 5.0
    running.errand.tick()
    assert running.process.killed == 1
    running.process.end(-9)
    assert running.errand.state == "done"


def test_a_result_that_comes_after_the_cancel_is_not_told(running):
    running.errand.cancel()
    running.errand.out.mkdir()
    running.process.event("done")
    running.process.end(0)
    assert running.errand.state == "cancelled"


def test_a_job_cancelled_before_its_start_never_starts(bench):
    bench.errand.cancel()
    assert bench.names == ["cancelled"]
    with pytest.raises(InputError, match="cancelled"):
        bench.errand.start()
    assert not bench.process.calls


def test_a_folder_that_is_gone_ends_the_worker_at_once(running):
    running.errand.folder.rmdir()
    running.errand.cancel()
    assert running.process.killed == 1


def test_the_cancel_of_an_earlier_run_does_not_stop_this_one(bench):
    (bench.errand.folder / "cancel").touch()
    bench.errand.start()
    assert not (bench.errand.folder / "cancel").exists()


def test_a_kill_does_not_wait(running):
    running.errand.kill()
    assert running.ended == [77, 4242]
    assert running.process.killed == 1


# Failed


def test_starting_twice_is_refused(running):
    with pytest.raises(InputError, match="running"):
        running.errand.start()
    assert len(running.process.calls) == 1


def test_a_python_that_is_not_there_is_a_failure_in_words(tmp_path):
    bench = Bench(tmp_path, FileNotFoundError(2, "No such file", "PythonSlicer"))
    bench.errand.start()
    assert bench.errand.state == "failed"
    assert "could not be started" in bench.heard[-1]["message"]
    assert "PythonSlicer" in bench.heard[-1]["message"]


def test_the_workers_own_words_are_the_message(running):
    running.process.event("failed", kind="ModelError", message="no model")
    running.process.end(1)
    assert running.heard[-1] == {"event": "failed", "kind": "ModelError", "message": "no model"}


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (-9, "Killed", "memory"),
        (137, "Killed", "memory"),
        (-11, "Crashed", "SIGSEGV"),
        (139, "Crashed", "SIGSEGV"),
        (-15, "Killed", "SIGTERM"),
        (3221225477, "Crashed", "0xc0000005"),
        (-1073741819, "Crashed", "0xc0000005"),
        (0, "Ended", "code 0"),
        (1, "Ended", "code 1"),
    ],
)
@pytest.mark.skipif(os.name == "nt", reason="signals are named by POSIX systems alone")
def test_an_end_without_a_word_is_put_into_words(running, code, kind, words):
    running.process.say("ImportError: no numba")
    running.process.end(code)
    failed = running.heard[-1]
    assert (failed["event"], failed["kind"]) == ("failed", kind)
    assert words in failed["message"]
    assert "no numba" in failed["message"]


def test_done_without_results_is_no_success(running):
    running.process.event("done")
    running.process.end(0)
    assert running.errand.state == "failed"


def test_nothing_is_told_after_the_end(running):
    running.process.end(1)
    told = len(running.heard)
    running.process.event("progress", done=1.0, message="late")
    running.process.end(0)
    running.errand.cancel()
    running.errand.tick()
    assert len(running.heard) == told
    assert running.errand.state == "failed"


def test_a_broken_listener_does_not_stop_the_job(tmp_path, caplog):
    process = Process()

    def broken(event):
        raise RuntimeError("node deleted")

    errand = Errand(tmp_path, process, broken)
    errand.start()
    process.event("progress", done=0.5, message="")
    process.end(1)
    assert errand.state == "failed"
    assert "node deleted" in caplog.text


def test_outside_of_slicer_this_python_runs_the_worker(monkeypatch, tmp_path):
    monkeypatch.delenv("SLICER_HOME", raising=False)
    assert python_of_slicer() == sys.executable
    monkeypatch.setenv("SLICER_HOME", "/slicer")
    own = tmp_path / ("PythonSlicer.exe" if os.name == "nt" else "PythonSlicer")
    own.write_text("")
    own.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert python_of_slicer() == str(own)


def test_neither_our_own_group_nor_the_systems_first_process_is_ever_ended(monkeypatch):
    hit = []
    monkeypatch.setattr(os, "killpg", lambda group, signal: hit.append(group), raising=False)
    monkeypatch.setattr(subprocess, "run", lambda *words, **how: hit.append(words))
    for process in (0, 1, -1):
        end_tree(process)
    assert hit == []
    end_tree(4242)
    assert len(hit) == 1


def test_only_signals_have_names():
    assert signal_name(-9) == "SIGKILL" or os.name == "nt"
    assert signal_name(1) is None
    assert signal_name(0) is None


def test_the_parents_side_needs_none_of_the_workers_packages():
    heavy = "torch", "numba", "scipy", "sklearn", "SimpleITK", "matplotlib", "jinja2"
    code = f"import sys, CardioAILib.worker; print([m for m in {heavy} if m in sys.modules])"
    library = str(Path(CardioAILib.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": library},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
