"""Presets and parameter files: what is taken, what is refused, and that nothing is passed over."""

import json
from dataclasses import replace

import pytest
from CardioAILib.errors import InputError, UnreadableFileError
from CardioAILib.radiomics import SOUND, Settings, feature_names
from CardioAILib.verbs.features.compute import columns_of
from CardioAILib.verbs.features.parameterfiles import preset_of_parameters
from CardioAILib.verbs.features.presetchecks import check_preset
from CardioAILib.verbs.features.presetfiles import find_preset, load_preset, save_preset
from CardioAILib.verbs.features.presets import PRESET_NAMES, Preset, preset_named

YAML = """\
imageType:
  Original: {}
  Wavelet: {}
featureClass:
  shape:
  firstorder: [Mean, Energy]
  glcm:
    - Contrast
setting:
  force2D: true
  binWidth: 10
  normalize: true
  normalizeScale: 100
  removeOutliers: 3
  resampledPixelSpacing: [2, 1.5, 0]
  interpolator: sitkLinear
  resegmentRange: [-3, 3]
  resegmentMode: sigma
  minimumROISize: 20
  label: 2
  distances: [1]
  geometryTolerance: 0.0001
voxelSetting:
  kernelRadius: 2
  voxelBatch: 1000
"""


def of(**sections):
    return preset_of_parameters(sections, name="params")


def written(path, text):
    path.write_text(text, encoding="utf-8")
    return path


# What is taken


def test_a_yaml_file_of_pyradiomics_becomes_a_preset(tmp_path):
    found = load_preset(written(tmp_path / "mine.yaml", YAML))
    wavelets = tuple(f"wavelet-{band}" for band in ("LH", "HL", "HH", "LL"))
    assert found == Preset(
        name="mine",
        settings=Settings(
            bin_width=10.0,
            image_types=("original", *wavelets),
            classes=("shape", "firstorder", "glcm"),
        ),
        dimension=2,
        features=found.features,
        normalize=True,
        normalize_scale=100,
        remove_outliers=3,
        resampled_mm=(2.0, 1.5, 0.0),
        interpolator="sitkLinear",
        resegment_range=(-3.0, 3.0),
        resegment_mode="sigma",
        minimum_roi_size=20,
        label=2,
        kernel_radius=2,
        origin=found.origin,
    )
    assert found.origin["origin"] == "pyradiomics parameter file"
    assert len(found.origin["sha256"]) == 64
    names = columns_of(found)
    assert len(names) == 14 + 5 * 3
    assert names[14:17] == (
        "original_firstorder_Energy",
        "original_firstorder_Mean",
        "original_glcm_Contrast",
    )


def test_the_same_parameters_as_json_are_the_same_preset(tmp_path):
    yaml = pytest.importorskip("yaml")
    as_json = written(tmp_path / "mine.json", json.dumps(yaml.safe_load(YAML)))
    as_yaml = written(tmp_path / "mine.yml", YAML)
    assert load_preset(as_json).digest == load_preset(as_yaml).digest


def test_what_a_file_leaves_out_is_pyradiomics_default():
    found = of()
    assert found.settings == Settings(bin_width=25.0, image_types=("original",))
    assert (found.dimension, found.normalize, found.resampled_mm) == (3, False, None)
    assert columns_of(found) == feature_names(found.settings)
    assert found.interpolator == "sitkBSpline"


def test_a_bin_count_goes_before_a_bin_width():
    found = of(setting={"binCount": 16, "binWidth": 25})
    assert (found.settings.bin_count, found.settings.bin_width) == (16, None)


def test_an_interpolator_may_be_pyradiomics_number():
    setting = {"resampledPixelSpacing": [1, 1, 1], "interpolator": 2}
    assert of(setting=setting).interpolator == "sitkLinear"


def test_a_spacing_without_interpolator_resamples_nothing():
    setting = {"resampledPixelSpacing": [1, 1, 1], "interpolator": None}
    assert of(setting=setting).resampled_mm is None


def test_what_changes_no_number_is_told(caplog):
    with caplog.at_level("INFO"):
        of(voxelSetting={"voxelBatch": 10}, setting={"geometryTolerance": 1e-3})
    assert "voxelBatch changes no number here" in caplog.text
    assert "geometryTolerance changes no number here" in caplog.text


# What is refused


@pytest.mark.parametrize(
    ("sections", "words"),
    [
        ({"setting": {"binwidth": 25}}, "write 'binWidth' for 'binwidth'"),
        ({"settings": {}}, "write 'setting' for 'settings'"),
        ({"setting": {"kernelRadius": 1}}, "unknown names in 'setting': 'kernelRadius'"),
        ({"imageType": {"wavelet": {}}}, "write 'Wavelet' for 'wavelet'"),
        ({"featureClass": {"GLCM": None}}, "write 'glcm' for 'GLCM'"),
        ({"featureClass": {"glcm": ["Contrats"]}}, "write 'Contrast' for 'Contrats'"),
        ({"voxelSetting": {"radius": 1}}, "unknown names in 'voxelSetting'"),
    ],
)
def test_unknown_names_are_refused_with_near_ones(sections, words):
    with pytest.raises(InputError) as caught:
        of(**sections)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("sections", "what"),
    [
        ({"imageType": {"LoG": {"sigma": [2.0]}}}, "LoG"),
        ({"imageType": {"LBP2D": {}}}, "LBP2D"),
        ({"imageType": {"Wavelet": {"binWidth": 10}}}, "binWidth: 10"),
        ({"imageType": {"Wavelet": {"wavelet": "haar"}}}, "wavelet: haar"),
        ({"featureClass": {"shape2D": None}}, "shape2D"),
        ({"featureClass": {"glcm": ["Homogeneity1"]}}, "Homogeneity1"),
        ({"setting": {"distances": [1, 2]}}, "distances"),
        ({"setting": {"weightingNorm": "euclidean"}}, "weightingNorm"),
        ({"setting": {"gldm_a": 1}}, "gldm_a"),
        ({"setting": {"correctMask": True}}, "correctMask"),
        ({"setting": {"voxelArrayShift": 300}}, "voxelArrayShift"),
        ({"setting": {"symmetricalGLCM": False}}, "symmetricalGLCM"),
        ({"setting": {"minimumROIDimensions": 3}}, "minimumROIDimensions"),
        ({"setting": {"sigma": [1.0]}}, "sigma"),
        ({"setting": {"force2D": True, "force2Ddimension": 1}}, "force2Ddimension"),
        ({"setting": {"additionalInfo": False}}, "additionalInfo"),
        ({"voxelSetting": {"maskedKernel": False}}, "maskedKernel"),
    ],
)
def test_what_pyradiomics_knows_and_we_do_not_offer_is_refused(sections, what):
    with pytest.raises(InputError, match="not offered here") as caught:
        of(**sections)
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("setting", "words"),
    [
        ({"binWidth": -1}, "To fix: correct binWidth"),
        ({"binWidth": "wide"}, "binWidth"),
        ({"label": 0}, "label"),
        ({"normalize": "yes"}, "true or false"),
        ({"interpolator": "cubic", "resampledPixelSpacing": [1, 1, 1]}, "sitkBSpline"),
        ({"resampledPixelSpacing": [1, 1]}, "Got resampledPixelSpacing=(1.0, 1.0)"),
        ({"resampledPixelSpacing": 1}, "a list of numbers"),
        ({"resegmentRange": [1, 2, 3]}, "one or two numbers"),
        ({"padDistance": -1}, "To fix: correct padDistance"),
    ],
)
def test_values_that_cannot_be_are_refused_with_the_file(setting, words, tmp_path):
    path = written(tmp_path / "mine.json", json.dumps({"setting": setting}))
    with pytest.raises(InputError, match=r"mine\.json") as caught:
        load_preset(path)
    assert words in str(caught.value)


def test_filtered_images_in_three_dimensions_are_refused(tmp_path):
    path = written(tmp_path / "mine.json", json.dumps({"imageType": {"Wavelet": {}}}))
    with pytest.raises(InputError, match="force2D"):
        load_preset(path)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.json", "{"),
        ("a.json", "[1, 2]"),
        ("a.yaml", "a: [1"),
        ("a.yaml", "just words"),
        ("a.json", '{"setting": 1}'),
    ],
)
def test_a_file_that_holds_no_parameters_is_refused(name, text, tmp_path):
    with pytest.raises((UnreadableFileError, InputError), match=r"To fix"):
        load_preset(written(tmp_path / name, text))


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(InputError) as caught:
        find_preset("mine")
    assert all(name in str(caught.value) for name in PRESET_NAMES)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(UnreadableFileError, match=r"none\.yaml"):
        find_preset(tmp_path / "none.yaml")


# Our own files


@pytest.mark.parametrize("name", PRESET_NAMES)
def test_a_preset_survives_its_file(name, tmp_path):
    preset = preset_named(name)
    save_preset(preset, tmp_path / "kept.json")
    kept = load_preset(tmp_path / "kept.json")
    assert kept == preset
    assert kept.digest == preset.digest
    text = (tmp_path / "kept.json").read_text(encoding="utf-8")
    assert "Research use only" in text
    assert str(tmp_path) not in text


def test_an_imported_preset_survives_its_file(tmp_path):
    preset = load_preset(written(tmp_path / "mine.yaml", YAML))
    save_preset(preset, tmp_path / "kept.json")
    assert load_preset(tmp_path / "kept.json") == preset


def test_a_digest_knows_what_changes_a_number_and_what_does_not():
    preset = preset_named("fahmy2022")
    assert replace(preset, name="other").digest == preset.digest
    assert replace(preset, settings=replace(SOUND, bin_count=16)).digest != preset.digest
    assert replace(preset, one_bin=True).digest != preset.digest


def test_a_changed_preset_with_its_old_digest_is_refused(tmp_path):
    save_preset(preset_named("fahmy2022"), tmp_path / "kept.json")
    plain = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    plain["settings"]["bin_count"] = 64
    with pytest.raises(InputError, match="remove the line 'digest'"):
        load_preset(written(tmp_path / "kept.json", json.dumps(plain)))
    del plain["digest"]
    changed = load_preset(written(tmp_path / "kept.json", json.dumps(plain)))
    assert changed.settings.bin_count == 64


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"sourse": "native"}, "write 'source' for 'sourse'"),
        ({"cardioai_preset": 9}, "the form 1"),
        ({"settings": {"class": "Set"}}, "'class' under 'settings'"),
        ({"settings": {"class": "Settings", "bin_cuont": 3}}, "write 'bin_count' for 'bin_cuont'"),
        ({"settings": {"class": "IbsiSettings", "bin_with": 3}}, "'bin_width' for 'bin_with'"),
        ({"settings": {"class": "Settings", "bin_count": 8, "classes": 3}}, "of another kind"),
        ({"settings": {"class": "Settings", "bin_count": 1}}, "from 2 to 4096"),
        ({"source": "elsewhere"}, "'system' or 'native'"),
        ({"normalize": True}, "set source to 'native'"),
    ],
)
def test_a_damaged_preset_file_is_refused(change, words, tmp_path):
    save_preset(preset_named("fahmy2022"), tmp_path / "kept.json")
    plain = json.loads((tmp_path / "kept.json").read_text(encoding="utf-8"))
    del plain["digest"]
    path = written(tmp_path / "kept.json", json.dumps({**plain, **change}))
    with pytest.raises(InputError) as caught:
        load_preset(path)
    assert words in str(caught.value)


def test_a_preset_is_saved_as_json_only(tmp_path):
    with pytest.raises(InputError, match=r"\.json"):
        save_preset(preset_named("fahmy2022"), tmp_path / "kept.yaml")


def test_ibsi_settings_take_no_other_preparation():
    with pytest.raises(InputError, match="IBSI settings hold resampling"):
        check_preset(replace(preset_named("ibsi"), normalize=True))
