"""Worklists: scans of a folder judged, listed by the answer, refused one by one, taken up again."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from CardioAILib.errors import CohortError, InputError, ResumeError
from CardioAILib.io.save import save_cohort
from CardioAILib.report.worklistpage import PAGE, counts_text, delay_text, write_worklist_page
from CardioAILib.results import RESEARCH_ONLY
from CardioAILib.study import Cohort, Role
from CardioAILib.systems import FAHMY_2022, HALME_2022_GRADE_3, HALME_2022_POSITIVE
from CardioAILib.verbs import predict
from CardioAILib.verbs.batch import read_results
from CardioAILib.verbs.intake import cohort_of
from CardioAILib.verbs.studyfiles import pseudonym
from CardioAILib.verbs.worklist import TOGETHER, Worklist, make_worklist
from CardioAILib.verbs.worklistentry import Entry, ordered, score_name
from CardioAILib.verbs.worklistfiles import TABLE, read_entries, read_refused
from CardioAILib.verbs.worklistpictures import gray_png, inverted, scan_picture
from CardioAILib.verbs.worklistreading import ahead
from CardioAILib.verbs.worklistsources import find_study, sources_of
from helpers_halme import COARSE, scans
from helpers_worklist import scan_files, untrained

ANTERIOR = Role("NM", "planar", "anterior")
POSTERIOR = Role("NM", "planar", "posterior")


@pytest.fixture(scope="module")
def model():
    return untrained()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Ten scans, more than a network judges at once."""
    made = tmp_path_factory.mktemp("scans")
    scan_files(made, TOGETHER + 2)
    return made


@pytest.fixture(scope="module")
def few(folder):
    """The folder of one of them."""
    return folder / "day0"


@pytest.fixture(scope="module")
def finished(model, folder, tmp_path_factory):
    out = tmp_path_factory.mktemp("worklist") / "out"
    return make_worklist(model, folder, out), out


def test_the_list_has_every_scan_once_with_the_highest_score_first(finished, folder):
    listed, _out = finished
    scores = [entry.score for entry in listed.entries]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) > 5
    files = {entry.files for entry in listed.entries}
    assert files == {(p.relative_to(folder).as_posix(),) for p in folder.rglob("*.dcm")}
    assert listed.refused == ()


def test_each_scan_is_judged_as_predict_judges_it_alone(finished, folder, model):
    listed, out = finished
    results = {result.subject: result for result in read_results(out)}
    for entry in listed.entries[:3]:
        (study,) = cohort_of(folder / entry.files[0])
        alone, _ = predict(model, study)
        expected = alone.arms["linear"].probabilities
        assert list(entry.probabilities.values()) == pytest.approx(expected, abs=1e-4)
        assert entry.score == pytest.approx(sum(expected[2:]), abs=1e-4)
        kept = results[entry.subject]
        known = {name: value for name, value in kept.measurements.items() if value is not None}
        assert known == pytest.approx({name: alone.measurements[name] for name in known})
        assert kept.provenance.inputs == alone.provenance.inputs


def test_the_table_tells_files_ratios_tracer_and_where_the_numbers_come_from(finished, model):
    listed, out = finished
    with (out / TABLE).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["rank"]) for row in rows] == list(range(1, len(listed.entries) + 1))
    first, entry = rows[0], listed.entries[0]
    assert float(first["P(grade >= 2)"]) == pytest.approx(entry.score, abs=1e-6)
    assert first["files"] == entry.files[0]
    assert first["radiopharmaceutical"] == "HMDP"
    assert float(first["counts_anterior"]) > 1e5
    assert float(first["heart_to_ribs"]) == pytest.approx(entry.ratios["heart_to_ribs"], abs=1e-4)
    assert first["definition"] == model.provenance.definition
    assert first["seed"] == "7"
    assert first["note"] == RESEARCH_ONLY


def test_nothing_that_is_written_tells_a_patient_or_a_folder_of_this_computer(finished, folder):
    _listed, out = finished
    files = [path for path in out.rglob("*") if path.suffix in (".json", ".csv", ".html")]
    written = "".join(path.read_text(encoding="utf-8") for path in files)
    assert str(folder) not in written
    assert "PatientName" not in written
    assert all("NM0" not in path.name for path in (out / "results").iterdir())


def test_a_list_comes_back_as_it_was_written(finished):
    listed, out = finished
    assert read_entries(out) == listed.entries
    with pytest.raises(CohortError, match="'cardioai worklist' wrote"):
        read_entries(out / "results")


def test_pseudonyms_stay_when_scans_are_added_and_what_is_there_is_kept(model, tmp_path):
    made = tmp_path / "scans"
    first, _second = scan_files(made, 2)
    away = tmp_path / "later.dcm"
    first.rename(away)
    (before,) = make_worklist(model, made, tmp_path / "out").entries
    result = tmp_path / "out" / "results"
    stamp = {path.name: path.stat().st_mtime_ns for path in result.iterdir()}
    away.rename(first)
    listed = make_worklist(model, made, tmp_path / "out")
    after = listed.entries
    assert (len(after), listed.kept) == (2, 1)
    assert before in after
    assert {p.name: p.stat().st_mtime_ns for p in result.iterdir() if p.name in stamp} == stamp


def test_a_scan_that_was_exchanged_is_judged_again(model, tmp_path):
    made, one = tmp_path / "scans", scans(2, seed=3, size=COARSE).studies
    scan_files(made, studies=one[:1])
    (before,) = make_worklist(model, made, tmp_path / "out").entries
    image = one[0].images[ANTERIOR]
    doubled = replace(one[0], images={ANTERIOR: replace(image, array=image.array * 2)})
    scan_files(made, studies=[doubled])
    (after,) = make_worklist(model, made, tmp_path / "out").entries
    assert after.subject == before.subject
    assert after.facts["counts_anterior"] == 2 * before.facts["counts_anterior"]
    assert after.score != before.score


def test_another_model_is_refused_in_the_same_folder(model, folder, finished):
    _listed, out = finished
    other = replace(model, provenance=replace(model.provenance, weights="other"))
    with pytest.raises(ResumeError, match="another weights"):
        make_worklist(other, folder, out)


def test_a_call_that_was_interrupted_is_taken_up(model, tmp_path):
    made, told = tmp_path / "scans", []
    scan_files(made, 3)

    def stop(done, message):
        told.append(done)
        if done > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_worklist(model, made, tmp_path / "out", progress=stop)
    assert len(list((tmp_path / "out" / "results").glob("*.json"))) == 2
    told.clear()
    listed = make_worklist(
        model, made, tmp_path / "out", progress=lambda done, _: told.append(done)
    )
    assert len(listed.entries) == 3
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0)


def test_a_scan_is_judged_alike_alone_and_among_others(model, few, tmp_path, finished):
    (alone,) = make_worklist(model, few, tmp_path / "out", readers=1).entries
    (among,) = (one for one in finished[0].entries if one.subject == alone.subject)
    assert alone.score == pytest.approx(among.score, abs=1e-4)
    assert (alone.ratios, alone.findings) == (among.ratios, among.findings)


def test_a_cohort_table_keeps_its_own_names(model, tmp_path):
    cohort = scans(2, seed=3, size=COARSE)
    table = save_cohort(cohort, tmp_path / "cohort", ".nii.gz")
    listed = make_worklist(model, table, tmp_path / "out")
    assert {entry.subject for entry in listed.entries} == {s.subject for s in cohort}
    assert all(entry.files[0].endswith("anterior.nii.gz") for entry in listed.entries)
    entry = listed.entries[0]
    study = find_study(table, entry.subject, entry.study, entry.files)
    assert study.key == (entry.subject, entry.study)


@pytest.mark.parametrize(
    ("system", "name"),
    [(HALME_2022_POSITIVE, "P(grade 2 or 3)"), (HALME_2022_GRADE_3, "P(grade 3)")],
)
def test_models_of_two_classes_sort_by_their_own_probability(system, name, few, tmp_path):
    own = untrained(system)
    listed = make_worklist(own, few, tmp_path / "out")
    assert listed.sorted_by == score_name(own.system) == name
    entry = listed.entries[0]
    assert entry.score == pytest.approx(entry.probabilities[system.task.names[1]])


def test_models_of_anything_but_planar_scans_are_refused(model, tmp_path):
    with pytest.raises(InputError, match="grades planar scintigraphy"):
        make_worklist(replace(model, system=FAHMY_2022), tmp_path, tmp_path / "out")


def test_a_folder_without_scans_is_refused(model, tmp_path):
    (tmp_path / "notes.txt").write_text("no scan")
    with pytest.raises(CohortError, match="no planar scan among 1 files"):
        make_worklist(model, tmp_path, tmp_path / "out")
    with pytest.raises(CohortError, match="nothing at 'gone'"):
        make_worklist(model, tmp_path / "gone", tmp_path / "out")


def test_views_in_two_files_are_one_examination(model, tmp_path):
    study = scans(1, seed=3, size=COARSE, views=("anterior", "posterior")).studies[0]
    scan_files(tmp_path / "scans", studies=[study], separate=True)
    (source,), passed = sources_of(tmp_path / "scans")
    assert passed == 0
    assert len(source.names) == 2
    entry = make_worklist(model, tmp_path / "scans", tmp_path / "out").entries[0]
    again = find_study(tmp_path / "scans", entry.subject, entry.study, entry.files)
    assert {role.view for role in again.images} == {"anterior", "posterior"}
    first = study.images[ANTERIOR].array
    assert np.array_equal(again.images[ANTERIOR].array, first)
    with pytest.raises(CohortError, match="no file of"):
        find_study(tmp_path, entry.subject, entry.study, ("gone.dcm",))


def test_the_page_shows_thumbnails_and_pseudonyms_but_no_file_names(finished, model):
    listed, out = finished
    page = write_worklist_page(listed, model.system, model.development, out).read_text("utf-8")
    assert page.count("<img") == 2 * len(listed.entries)
    for entry in listed.entries:
        assert all(f'<a href="{picture}"' in page for picture in entry.pictures)
    assert f'href="{TABLE}"' in page
    assert page.count("answers disagree") == sum(entry.disagrees for entry in listed.entries)
    assert all((out / picture).is_file() for e in listed.entries for picture in e.pictures)
    assert RESEARCH_ONLY in page
    assert "trained on simulated scans only" in page
    assert all(entry.subject in page for entry in listed.entries)
    assert not any(name in page for entry in listed.entries for name in entry.files)
    assert (out / PAGE).is_file()


def test_an_empty_list_has_a_page_too(model, tmp_path):
    listed = Worklist((), (), "P(grade >= 2)", None)
    page = write_worklist_page(listed, model.system, {}, tmp_path).read_text("utf-8")
    assert "Worklist of 0 bone scans" in page


def test_equal_scores_are_listed_by_their_key():
    pair = [Entry(name, "1", (), 0.5, "grade 0", {}) for name in ("b", "a")]
    assert [entry.subject for entry in ordered(pair)] == ["a", "b"]


def test_reading_ahead_keeps_the_order_and_holds_few():
    begun = []

    def note(item):
        begun.append(item)
        return item

    made = []
    for item in ahead(note, range(50), workers=3, most=5):
        made.append(item)
        assert len(begun) <= len(made) + 5
    assert made == list(range(50))


def test_an_error_in_a_thread_comes_out():
    def fail(item):
        raise ValueError(item)

    with pytest.raises(ValueError, match="0"):
        list(ahead(fail, range(3), workers=2, most=2))


def test_pseudonyms_differ_and_tell_nothing():
    assert pseudonym("1.2.3") != pseudonym("1.2.4")
    assert "1.2.3" not in pseudonym("1.2.3")


def test_a_thumbnail_is_a_gray_png_with_counts_dark(tmp_path):
    from io import BytesIO

    from matplotlib.image import imread

    counts = np.zeros((1024, 256), np.uint16)
    counts[400:600, 100:150] = 50
    pixels = imread(BytesIO(scan_picture(counts)), "png")
    assert pixels.shape == (512, 128)
    assert pixels[0, 0] == 1.0
    assert pixels[240, 60] == 0.0
    odd = np.arange(15, dtype=np.uint8).reshape(3, 5)
    assert np.allclose(imread(BytesIO(gray_png(odd)), "png") * 255, odd)
    assert (inverted(np.zeros((2, 2))) == 255).all()


def test_delay_and_counts_are_told_as_people_do():
    assert delay_text(185.0) == "3:05"
    assert delay_text("unknown") == "–"
    assert counts_text(2_345_678) == "2.35"
    assert counts_text(None) == "–"


def write_good_and_bad(made: Path) -> Path:
    """Write a good scan, and five that are refused, each in a folder that names its fault."""
    from pydicom import dcmread

    both = scans(6, seed=3, size=COARSE, views=("anterior", "posterior")).studies
    good, behind, empty, cut, tomo, odd = both
    scan_files(made / "good", studies=[good])
    scan_files(made / "behind", studies=[behind], views=["posterior"])
    image = empty.images[ANTERIOR]
    none = replace(empty, images={ANTERIOR: replace(image, array=np.zeros_like(image.array))})
    scan_files(made / "empty", studies=[none])
    (path,) = scan_files(made / "cut", studies=[cut], views=["anterior"])
    path.write_bytes(path.read_bytes()[:-20000])
    (path,) = scan_files(made / "tomo", studies=[tomo])
    header = dcmread(path)
    header.ImageType = ["ORIGINAL", "PRIMARY", "TOMO", "EMISSION"]
    header.save_as(path)
    (path,) = scan_files(made / "MILLER^ANNA", studies=[odd])
    path.with_name("MILLER^ANNA.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\xff" * 40)
    path.unlink()
    (made / "readme.txt").write_text("not a scan")
    return made


def test_each_bad_scan_is_refused_by_name_and_the_rest_goes_on(model, tmp_path, caplog):
    made = write_good_and_bad(tmp_path / "scans")
    listed = make_worklist(model, made, tmp_path / "out")
    assert [entry.files[0].split("/")[0] for entry in listed.entries] == ["good"]
    reasons = {one.files[0].split("/")[0]: one.reason for one in listed.refused}
    assert set(reasons) == {"behind", "empty", "cut", "tomo", "MILLER^ANNA"}
    assert "anterior" in reasons["behind"]
    assert "count" in reasons["empty"]
    assert "copied whole" in reasons["cut"] or "truncated" in reasons["cut"]
    assert "planar" in reasons["tomo"]
    assert not any("MILLER" in reason for reason in reasons.values())
    assert all("To fix" in reason for reason in reasons.values())
    assert read_refused(tmp_path / "out") == listed.refused
    assert "MILLER" not in caplog.text
    assert listed.passed == 1
    page = write_worklist_page(listed, model.system, {}, tmp_path / "out").read_text("utf-8")
    assert "MILLER" not in page
    assert json.dumps(reasons["tomo"])[1:30] in page
    assert make_worklist(model, made / "good", tmp_path / "other").refused == ()


def test_doubtful_scans_stay_in_the_list_with_their_findings(model, tmp_path):
    from matplotlib.image import imsave
    from pydicom import dcmread

    made = tmp_path / "scans"
    (path,) = scan_files(made, 1)
    header = dcmread(path)
    header.RescaleSlope, header.RescaleIntercept = "2.5", "0"
    header.save_as(path)
    imsave(made / "color.png", np.random.default_rng(0).uniform(size=(64, 32, 3)))
    listed = make_worklist(model, made, tmp_path / "out")
    (entry,), (refused,) = listed.entries, listed.refused
    assert any("2.5" in finding or "rescal" in finding for finding in entry.findings)
    assert "color" in refused.reason
    page = write_worklist_page(listed, model.system, {}, tmp_path / "out").read_text("utf-8")
    assert f"<summary>{len(entry.findings)}</summary>" in page


def test_a_cohort_is_no_place_for_two_scans_of_one_name(model, tmp_path):
    study = scans(1, seed=3, size=COARSE).studies[0]
    table = save_cohort(Cohort((study,)), tmp_path / "cohort", ".nii.gz")
    text = table.read_text("utf-8").splitlines()
    table.write_text("\n".join([*text, text[-1]]), "utf-8")
    with pytest.raises(CohortError, match="2 times"):
        make_worklist(model, table, tmp_path / "out")
