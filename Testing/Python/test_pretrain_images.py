"""Prepared images of pretraining: kept in a file, so that memory stays flat, and made once."""

import os
import tracemalloc
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from CardioAILib.errors import CohortError, InputError, ResumeError
from CardioAILib.io import read_cohort, save_cohort
from CardioAILib.learning.images import Images, Stored
from CardioAILib.learning.pretext import divided, without_rare
from CardioAILib.prepare import CropPad, Resample, ZScore
from CardioAILib.study import Cohort, Image, Role, Study
from CardioAILib.verbs.pretextprepared import FINISHED, PIXELS, prepared_examples
from CardioAILib.verbs.pretextseries import Material, material_of, material_of_cohort
from CardioAILib.verbs.pretrain import pretrain_on
from helpers_learning import placed
from helpers_pretext import CPU, SYSTEM, Drawn, drawn

pytestmark = pytest.mark.usefixtures("single_thread")


class Gone(Drawn):
    """A series whose files are there no longer."""

    def read(self) -> np.ndarray:
        raise AssertionError("read again")


def all_of(images: Images) -> np.ndarray:
    return torch.cat([*images.split(3)]).numpy()


def stop_at(share: float):
    def stop(done: float, told: str) -> None:
        if done >= share:
            raise KeyboardInterrupt

    return stop


# Memory


def test_images_in_a_file_are_those_in_memory_to_the_last_bit(tmp_path):
    kept, _ = prepared_examples(SYSTEM, drawn(3), folder=tmp_path)
    held, _ = prepared_examples(SYSTEM, drawn(3))
    assert isinstance(kept.images.source, Stored)
    np.testing.assert_array_equal(all_of(kept.images), all_of(held.images))
    np.testing.assert_array_equal(kept.pairs, held.pairs)
    np.testing.assert_array_equal(kept.subjects, held.subjects)


def test_dividing_images_reads_none_of_them(tmp_path):
    kept, _ = prepared_examples(SYSTEM, drawn(4), folder=tmp_path)
    (tmp_path / PIXELS).unlink()
    parts = divided(without_rare(kept)[0], CPU)
    assert sum(len(part) for part in parts) == len(kept)
    assert all(part.images.source is kept.images.source for part in parts)


def test_memory_does_not_grow_with_the_number_of_images(tmp_path):
    def peak(subjects: int) -> int:
        folder = tmp_path / str(subjects)
        folder.mkdir()
        tracemalloc.start()
        kept, _ = prepared_examples(SYSTEM, drawn(subjects), folder=folder)
        for some in kept.images.split(8):
            some.sum()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1)  # Imports.
    few, many = peak(5), peak(50)
    more_pixels = 45 * 4 * 32 * 32 * 4
    assert many - few < 0.25 * more_pixels


def test_some_images_are_read_in_the_order_asked_for(tmp_path):
    source = np.arange(5 * 4, dtype=np.float32).reshape(5, 2, 2)
    source.tofile(tmp_path / PIXELS)
    images = Images.all_of(Stored(tmp_path / PIXELS, (5, 2, 2))).take(np.array([4, 0, 2]))
    found = images[torch.tensor([2, 0])]
    assert found.shape == (2, 1, 2, 2)
    np.testing.assert_array_equal(found.numpy()[:, 0], source[[2, 4]])


# Interruptions


def test_whole_images_are_taken_up_without_reading_a_series(tmp_path, caplog):
    caplog.set_level("INFO")
    kept, _ = prepared_examples(SYSTEM, drawn(2), folder=tmp_path)
    gone = tuple(Gone(own.type, own.orientation, own.subject) for own in drawn(2))
    again, _ = prepared_examples(SYSTEM, gone, folder=tmp_path)
    np.testing.assert_array_equal(all_of(again.images), all_of(kept.images))
    np.testing.assert_array_equal(again.pairs, kept.pairs)
    assert "took up 8 images" in caplog.text


def test_images_that_an_interruption_cut_short_are_made_anew(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        prepared_examples(SYSTEM, drawn(3), stop_at(0.5), tmp_path)
    assert (tmp_path / PIXELS).exists()
    assert not (tmp_path / FINISHED).exists()
    again, _ = prepared_examples(SYSTEM, drawn(3), folder=tmp_path)
    held, _ = prepared_examples(SYSTEM, drawn(3))
    np.testing.assert_array_equal(all_of(again.images), all_of(held.images))


def test_a_file_of_another_length_is_made_anew(tmp_path):
    prepared_examples(SYSTEM, drawn(2), folder=tmp_path)
    path = tmp_path / PIXELS
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    prepared_examples(SYSTEM, drawn(2), folder=tmp_path)
    assert path.read_bytes() == whole


def test_an_interruption_while_preparing_changes_no_number(tmp_path):
    run = replace(CPU, epochs=2)
    material = Material(drawn(), {})
    unbroken = pretrain_on(SYSTEM, material, run)
    work = tmp_path / "w"
    with pytest.raises(KeyboardInterrupt):
        pretrain_on(SYSTEM, material, replace(run, folder=work, progress=stop_at(0.1)))
    again = pretrain_on(SYSTEM, material, replace(run, folder=work))
    assert again.history_ == unbroken.history_


def test_another_preparation_or_series_is_not_mixed_in(tmp_path):
    run = replace(CPU, epochs=1, folder=tmp_path / "w")
    pretrain_on(SYSTEM, Material(drawn(3), {}), run)
    other = replace(SYSTEM, prepare=(Resample(1.0), CropPad(32), ZScore()))
    with pytest.raises(ResumeError, match="another prepare"):
        pretrain_on(other, Material(drawn(3), {}), run)
    changed = tuple(replace(own, fingerprint="rewritten") for own in drawn(3))
    with pytest.raises(ResumeError, match="another series"):
        pretrain_on(SYSTEM, Material(changed, {}), run)


def test_a_file_that_was_written_anew_is_another_series(tmp_path):
    study = Study("a", "1", {Role("MR", "LGE", "SAX"): Image(np.ones((1, 4, 8, 8)), placed())})
    table = save_cohort(Cohort((study,)), tmp_path)
    (series,) = material_of_cohort(read_cohort(table)).series
    before = series.fingerprint
    assert series.fingerprint == before
    (path,) = series.study.images.files[series.role]
    os.utime(path, ns=(1, 1))
    assert series.fingerprint != before


def test_pixels_in_memory_tell_a_series_apart():
    def fingerprint(value: float) -> str:
        image = Image(np.full((1, 4, 8, 8), value), placed())
        cohort = Cohort((Study("a", "1", {Role("MR", "LGE", "SAX"): image}),))
        return material_of_cohort(cohort).series[0].fingerprint

    assert fingerprint(1.0) == fingerprint(1.0) != fingerprint(2.0)


# Refusals


def test_a_refused_pretraining_leaves_no_folder(tmp_path):
    work = tmp_path / "w"
    with pytest.raises(CohortError, match="one label only"):
        pretrain_on(SYSTEM, Material(drawn(3, ("cine",), ("SAX",)), {}), replace(CPU, folder=work))
    assert not work.exists()


def test_images_of_several_sizes_are_refused_in_words():
    uncut = replace(SYSTEM, prepare=(Resample(1.0), ZScore()))
    series = (Drawn("cine", "SAX", "s1"), Drawn("cine", "SAX", "s2", spacing=(2.0, 2.0)))
    with pytest.raises(InputError) as raised:
        prepared_examples(uncut, series)
    assert raised.value.got == "images of 32 x 32 and 64 x 64 pixels after preparation"
    assert "CropPad" in raised.value.fix


# Progress


def test_reading_headers_and_preparing_tell_how_far_they_are(tmp_path):
    told: list[tuple[float, str]] = []
    prepared_examples(SYSTEM, drawn(1), lambda *step: told.append(step))
    assert told == [(n / 4, f"series {n + 1}/4") for n in range(4)]
    study = Study("a", "1", {Role("MR", "LGE", "SAX"): Image(np.ones((1, 4, 8, 8)), placed())})
    table: Path = save_cohort(Cohort((study,)), tmp_path)
    told.clear()
    material_of([table, table], lambda *step: told.append(step))
    assert [share for share, _ in told] == [0.0, 0.5, 1.0]
