"""The header table: image type and orientation in the words of three vendors, and in none."""

import re
from typing import Any

import numpy as np
import pytest
from CardioAILib.io.dicomkinds import inversion_ms, reconstruction_of, signs_of
from CardioAILib.io.mrtypes import (
    BLACK_BLOOD,
    CINE,
    IMAGE_TYPES,
    LGE,
    ONE_IMAGE,
    RULES,
    Told,
    image_type,
    moments_of,
    orientation,
)
from helpers_dicom import BLACK, LATE, directions
from pydicom import Dataset

CINES = {
    "Siemens": {
        "ScanningSequence": "GR",
        "SequenceVariant": "SK",
        "SequenceName": "*tfi2d1_10",
        "ImageType": ["ORIGINAL", "PRIMARY", "M", "RETRO", "NORM", "DIS2D"],
        "CardiacNumberOfImages": 25,
        "SeriesDescription": "cine_trufi_retro 4CH",
    },
    "GE": {
        "ScanningSequence": "GR",
        "SequenceVariant": "SS",
        "ScanOptions": ["FAST_GEMS", "CG", "SEQ_GEMS"],
        "ImageType": ["ORIGINAL", "PRIMARY", "OTHER"],
        "InversionTime": 0.0,
        "SeriesDescription": "FIESTA SA",
    },
    "Philips": {
        "ScanningSequence": "GR",
        "ImageType": ["ORIGINAL", "PRIMARY", "M_FFE", "M", "FFE"],
        "SeriesDescription": "sBTFE_BH_M2D",
    },
}
ENHANCED_LATE = {
    "EchoPulseSequence": "GRADIENT",
    "InversionRecovery": "YES",
    "InversionTimes": [310.0],
    "ImageType": ["ORIGINAL", "PRIMARY", "VIABILITY", "NONE"],
    "ComplexImageComponent": "MAGNITUDE",
}


def header(**said: Any) -> Dataset:
    made = Dataset()
    for name, new in said.items():
        setattr(made, name, new)
    return made


def told(moments: str = "one", **said: Any) -> Told:
    return image_type(signs_of(header(**said)), moments)


# Vendors


@pytest.mark.parametrize("vendor", ["Siemens", "GE", "Philips"])
def test_each_vendor_tells_cine_late_enhancement_and_black_blood(vendor: str):
    assert told("phases", **CINES[vendor]) == Told(CINE, "several cardiac phases")
    assert told(**LATE[vendor]) == Told(LGE, "inversion recovery")
    assert told(**BLACK[vendor]) == Told(BLACK_BLOOD, "spin echoes")


def test_enhanced_files_tell_the_same_in_attributes_of_their_own():
    assert told(**ENHANCED_LATE) == Told(LGE, "inversion recovery")
    assert inversion_ms(header(**ENHANCED_LATE)) == 310.0
    assert told(EchoPulseSequence="SPIN").kind == BLACK_BLOOD
    assert told("phases", EchoPulseSequence="GRADIENT").kind == CINE


@pytest.mark.parametrize(
    "name", ["psir sax", "MDE 4CH", "SC 2DDel Enh 250 2 C", "Spätaufnahme LGE"]
)
def test_a_name_tells_late_enhancement_where_the_header_is_silent(name: str):
    assert told(SeriesDescription=name) == Told(LGE, "name")


def test_an_image_type_of_philips_tells_an_inversion_that_no_other_attribute_does():
    said = {"ScanningSequence": "GR", "ImageType": ["ORIGINAL", "PRIMARY", "M_IR", "M", "IR"]}
    assert told(**said) == Told(LGE, "inversion recovery")
    assert told(**{**said, "ScanningSequence": "SE"}).kind == BLACK_BLOOD


def test_a_name_tells_black_blood_only_where_no_gradient_echoes_are_stated():
    assert told(SeriesDescription="dark blood sax") == Told(BLACK_BLOOD, "name")
    assert told(SeriesDescription="dark blood sax", ScanningSequence="GR").kind is None


def test_t1_in_the_name_of_spin_echoes_makes_no_map_of_them():
    assert told(ScanningSequence="SE", SeriesDescription="t1 tse db").kind == BLACK_BLOOD
    assert told(SeriesDescription="t1 sax") == Told(None, "a map")


# What is none of them


@pytest.mark.parametrize(
    ("moments", "said", "reason"),
    [
        ("one", {"ImageType": ["DERIVED", "SECONDARY", "MPR"]}, "derived images"),
        ("one", {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "a localizer"),
        ("phases", {"ImageType": ["ORIGINAL", "PRIMARY", "P", "ND"]}, "phase contrast"),
        ("phases", {"ImageType": ["ORIGINAL", "PRIMARY", "VELOCITY MAP"]}, "phase contrast"),
        ("phases", {"SequenceName": "*fl2d1_v150in"}, "phase contrast"),
        ("phases", {"InversionTime": 280.0}, "inversion recovery, several images a slice"),
        ("one", {"InversionTime": 600.0}, "a long inversion time"),
        ("phases", {"SeriesDescription": "PSIR sax"}, "late enhancement, several images"),
        ("phases", {"SeriesDescription": "realce tardio"}, "late enhancement, several images"),
        ("one", {"SeriesDescription": "T1map MOLLI", "InversionTime": 180.0}, "a map"),
        ("one", {"SeriesDescription": "TI_scout", "InversionTime": 180.0}, "a TI scout"),
        ("phases", {"SeriesDescription": "perf rest"}, "perfusion"),
        ("again", {"ScanningSequence": "GR"}, "one moment of several heartbeats"),
        ("phases", {"SeriesDescription": "4ch tagging"}, "tagging"),
        ("one", {"ProtocolName": "Localizer multi"}, "a localizer"),
        ("phases", {"ProtocolName": "haste db"}, "black blood"),
        ("one", {"ScanningSequence": ["EP", "SE"]}, "echo-planar"),
        ("phases", {"ScanningSequence": "SE"}, "spin echoes, several images"),
        ("one", {"SeriesDescription": "cine sax"}, ONE_IMAGE),
        ("one", {}, ONE_IMAGE),
    ],
)
def test_what_is_none_of_them_says_why(moments: str, said: dict[str, Any], reason: str):
    found = told(moments, **said)
    assert found.kind is None
    assert found.by.startswith(reason)


@pytest.mark.parametrize("name", ["cine stress sax", "cine de eje corto", "", "4ch post contrast"])
def test_names_of_cines_are_not_mistaken(name: str):
    assert told("phases", SeriesDescription=name, InversionTime=0).kind == CINE


def test_the_table_names_only_known_kinds_and_ends_with_a_rule_for_everything():
    assert {rule.kind for rule in RULES} == {*IMAGE_TYPES, None}
    assert RULES[-1].applies(signs_of(header()), "one")
    assert all(re.compile(rule.words) and re.compile(rule.sequence) for rule in RULES)


# Phases


@pytest.mark.parametrize(
    ("times", "stated", "moments"),
    [
        ([640.0], 0, "one"),
        ([None, None], 0, "phases"),
        ([0.0, 0.0, 0.0], 0, "phases"),
        ([348.0, 929.0], 0, "phases"),
        ([301.0, 303.0, 305.0], 0, "again"),
        ([301.0, 303.0], 20, "phases"),
    ],
)
def test_phases_of_a_heartbeat_are_told_from_one_moment_of_several(
    times: list[float | None], stated: int, moments: str
):
    assert moments_of(times, stated) == moments


# Orientation


def test_orientation_is_told_by_place_and_else_by_name():
    assert orientation(np.cross(*directions("4C")), "", 1) == Told("4C", "place")
    assert orientation(np.array([0.0, 0.0, 1.0]), "de 2ch", 1) == Told("2C", "name")
    assert orientation(np.array([0.0, 0.0, 1.0]), "de", 1) == Told(None, "no known view")
    assert orientation(np.cross(*directions("3C")), "", 1) == Told(None, "the view 3C")


# Reconstruction


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"ImageType": ["ORIGINAL", "PRIMARY", "M", "ND"]}, "magnitude"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "R", "ND"]}, "PSIR"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "M_IR", "M", "IR"]}, "magnitude"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "CR", "CR", "IR"]}, "PSIR"),
        ({"ComplexImageComponent": "REAL"}, "PSIR"),
        ({"ComplexImageComponent": "MAGNITUDE"}, "magnitude"),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "OTHER"]}, "unknown"),
        ({"SeriesDescription": "PS MDE sax"}, "PSIR"),
        ({"SeriesDescription": "psir_sax_MAG", "ProtocolName": "psir_sax"}, "magnitude"),
    ],
)
def test_magnitude_is_told_from_phase_sensitive(said: dict[str, Any], kind: str):
    assert reconstruction_of(header(**said)) == kind


def test_siemens_adds_the_reconstruction_to_the_name_of_the_protocol():
    both = {"ImageType": ["ORIGINAL", "PRIMARY", "M"], "ProtocolName": "de_psir_sax"}
    assert reconstruction_of(header(**both, SeriesDescription="de_psir_sax_PSIR")) == "PSIR"
    assert reconstruction_of(header(**both, SeriesDescription="de_psir_sax")) == "magnitude"


@pytest.mark.parametrize(("said", "kind"), [(0, "magnitude"), (2, "PSIR"), (b"\x02\x00", "PSIR")])
def test_ge_tells_the_reconstruction_in_an_attribute_of_its_own(said: Any, kind: str):
    made = header(ImageType=["ORIGINAL", "PRIMARY", "OTHER"])
    made.add_new((0x0043, 0x0010), "LO", "GEMS_PARM_01")
    made.add_new((0x0043, 0x102F), "UN" if isinstance(said, bytes) else "SS", said)
    assert reconstruction_of(made) == kind
