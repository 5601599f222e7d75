"""Early darkening of the blood pool."""

import numpy as np
import pytest
from CardioAILib.errors import EmptyMaskError, GridMismatchError, InputError
from CardioAILib.measurements.lge import early_darkening

BLOOD = np.zeros((2, 4, 4), bool)
BLOOD[:, 1:3, 1:3] = True


def series(*signals):
    images = np.full((len(signals), 2, 4, 4), 50.0)
    for image, signal in zip(images, signals, strict=True):
        image[BLOOD] = signal
    return images


def test_more_than_half_in_ten_minutes_is_positive():
    found = early_darkening(series(400, 300, 190, 20), (1, 5, 10, 15), BLOOD)
    assert found.finding == "positive"
    assert found.decay_percent == pytest.approx(52.5)
    assert found.minutes == (1, 5, 10)
    assert found.means == (400, 300, 190)


def test_half_and_less_is_negative():
    assert early_darkening(series(400, 200), (1, 10), BLOOD).finding == "negative"
    assert early_darkening(series(400, 500), (1, 10), BLOOD).decay_percent == -25


def test_a_short_series_rules_nothing_out_but_may_rule_in():
    short = early_darkening(series(400, 300), (1, 5), BLOOD)
    assert short.finding == "not assessable"
    assert "1 to 5 minutes" in short.reason
    assert early_darkening(series(400, 300), (4, 10), BLOOD).finding == "not assessable"
    assert early_darkening(series(400, 100), (1, 5), BLOOD).finding == "positive"


def test_the_mask_may_follow_the_images():
    moving = np.stack([BLOOD, np.roll(BLOOD, 1, axis=2)])
    images = series(400, 400)
    images[1] = np.roll(series(100)[0], 1, axis=2)
    assert early_darkening(images, (1, 10), moving).decay_percent == 75


def test_what_tells_nothing_is_refused():
    two = series(400, 100)
    with pytest.raises(InputError, match="inversion times of 250, 300 ms"):
        early_darkening(two, (1, 10), BLOOD, (250, 300))
    with pytest.raises(InputError, match="images at 5, 1 minutes"):
        early_darkening(two, (5, 1), BLOOD)
    with pytest.raises(InputError, match="two images or more"):
        early_darkening(two, (1, 12), BLOOD)
    with pytest.raises(InputError, match="with 3 times"):
        early_darkening(two, (1, 5, 10), BLOOD)
    with pytest.raises(InputError, match="magnitude"):
        early_darkening(series(-400, 100), (1, 10), BLOOD)
    with pytest.raises(GridMismatchError, match="mask of shape"):
        early_darkening(two, (1, 10), BLOOD[:1])
    with pytest.raises(EmptyMaskError, match="without a pixel of blood"):
        early_darkening(two, (1, 10), np.zeros_like(BLOOD))
    assert early_darkening(two, (1, 10), BLOOD, (250, 250.4)).finding == "positive"
