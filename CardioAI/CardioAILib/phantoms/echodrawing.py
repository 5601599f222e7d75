"""Draws simulated echo clips: the heart frame by frame, and what a scanner makes of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d, zoom

from CardioAILib.phantoms import echoscanner as scanner
from CardioAILib.phantoms.echoapical import apical, left_atrium
from CardioAILib.phantoms.echobeat import AORTIC, CONTRACTION, MITRAL, Beat, along
from CardioAILib.phantoms.echodiverse import PLAIN, Tone, random_tone
from CardioAILib.phantoms.echolongaxis import left_atrium_behind, long_axis
from CardioAILib.phantoms.echoscanner import Field, Sector
from CardioAILib.phantoms.echoscene import LABELS, Anatomy, Looked, Moment, Pose
from CardioAILib.phantoms.echoshell import Shell, seen, shell_of
from CardioAILib.phantoms.echoshortaxis import ring_of, short_axis
from CardioAILib.phantoms.echowalls import walls_of
from CardioAILib.study import LEFT_ATRIUM, LV_CAVITY, MYOCARDIUM

CLUTTER_DB, CLUTTER_MM = -17.0, 13.0
"""Haze at the probe, and the depth over which it falls to a third."""

UNEVEN_CELLS, UNEVEN_DB = 16, 3.5
"""Tissue is uneven over so many scatterers, by about so much."""

FAINT_DB = -25.0
"""What scatters less is not of the heart's walls."""

BLOODY_DB = -38.0
"""What scatters less is blood, whose scatterers pass on from frame to frame."""


@dataclass(frozen=True, eq=False)
class Settings:
    """What differs between acquisitions, beside pose and sector.

    Args:
        gain_db: Of the whole clip.
        lines_db: Of each line (A,) or sample (R, A): ribs, lung, poor contact, fading walls.
        depth_db: Of each depth (R, 1).
        noise_db: Of the receiver.
        field: Scatterers of the tissue.
        haze: Those of what stands still before the heart (R, A), with their amplitude.
        curve: Power of the gray levels: above 1 for more contrast.
        dark_db: By how much what scatters little, around the heart, is darker than usual.
        tone: How what scatters is shown.
    """

    gain_db: float
    lines_db: np.ndarray
    depth_db: np.ndarray
    noise_db: float
    field: np.ndarray
    haze: np.ndarray
    curve: float = 1.0
    dark_db: float = 0.0
    tone: Tone = PLAIN


def draw_clip(
    view: str,
    anatomy: Anatomy,
    pose: Pose,
    beat: Beat,
    sector: Sector,
    frames: int,
    rng: np.random.Generator,
    varied: bool = False,
) -> np.ndarray:
    """Return a clip (T, H, W), uint8, 0 outside the sector.

    Args:
        view: "A4C", "A2C", "A3C", "PLAX", "PSAX" or "subcostal".
        anatomy: The heart.
        pose: Its place in the fan.
        beat: Its rhythm.
        sector: What the probe sees.
        frames: Number of frames.
        rng: Decides speckle, gain and noise.
        varied: Whether gain and gray curve differ as between scanners.
    """
    place, settings = scanner.samples_of(sector), random_settings(sector, rng, varied)
    echoes = [
        _echo(view, anatomy, pose, moment, place, settings, rng)
        for moment in moments(view, anatomy, beat, frames)
    ]
    amplitude = _smoothed(scanner.envelope(np.stack(echoes)), settings.tone)
    depth = np.float32(10 ** ((settings.gain_db + settings.depth_db) / 20))
    gray = scanner.compressed(amplitude * depth, settings.tone.range_db)
    if settings.curve != 1:
        gray = 255 * (gray / 255) ** np.float32(settings.curve)
    return scanner.converted(gray, sector)


def draw_labels(
    view: str, anatomy: Anatomy, pose: Pose, beat: Beat, sector: Sector, frames: int
) -> np.ndarray:
    """Return cavity, wall and left atrium as `LABELS` (T, H, W), uint8; see `draw_clip`."""
    place, fan = scanner.pixels_of(sector), scanner.inside(sector)
    labels = [
        _labels(view, anatomy, look(place, pose, moment, anatomy), moment)
        for moment in moments(view, anatomy, beat, frames)
    ]
    return np.stack(labels) * fan


def moments(view: str, anatomy: Anatomy, beat: Beat, frames: int) -> list[Moment]:
    """Return the heart in each frame."""
    phases = beat.phases(frames)
    curves = (along(curve, phases) for curve in (CONTRACTION, MITRAL, AORTIC))
    found = []
    for contraction, mitral, aortic in zip(*curves, strict=True):
        shell, hinges = _shell(view, anatomy, float(contraction))
        found.append(Moment(float(contraction), float(mitral), float(aortic), shell, hinges))
    return found


def _shell(view: str, anatomy: Anatomy, contraction: float) -> tuple[Shell, np.ndarray]:
    """Return the wall, and the ends of the annulus (2, 2), of which a short axis has none."""
    if view == "PSAX":
        return ring_of(anatomy.ventricle, contraction), np.zeros((2, 2))
    plane = {"subcostal": "A4C", "A3C": "PLAX"}.get(view, view)
    walls = walls_of(anatomy.ventricle, plane, contraction)
    return shell_of(walls, walls_of(anatomy.ventricle, plane, 0.0)), walls.points[:, -1]


def look(place: Field, pose: Pose, moment: Moment, anatomy: Anatomy) -> Looked:
    """Return places as the heart sees them."""
    x, z = pose.heart(place)
    x = x - np.float32(anatomy.sway[0] * moment.contraction)
    z = z - np.float32(anatomy.sway[1] * moment.contraction)
    wall = seen(moment.shell, x, z)
    far = np.hypot(place.x, place.y) + np.float32(1e-3)
    beam_x, beam_z = pose.turned(place.x / far, place.y / far)
    facing = (beam_x * wall.out_x + beam_z * wall.out_z) ** 2
    return Looked(x, z, wall, facing)


def random_settings(sector: Sector, rng: np.random.Generator, varied: bool = False) -> Settings:
    """Return how an examiner and a patient's chest let a scanner see.

    Args:
        sector: What the probe sees.
        rng: Decides.
        varied: Whether gain and gray curve differ as between scanners.
    """
    depths, lines = sector.samples
    edge = np.abs(np.linspace(-1, 1, lines))
    bumps = zoom(rng.standard_normal(9), lines / 9, order=3)[:lines]
    patchy = 2.0 if varied else 1.0
    tone = random_tone(rng) if varied else PLAIN
    patches = tone.patches_db * _dropout(sector, rng) if varied else np.float32(0)
    near_db = rng.uniform(-34, -15) if varied else CLUTTER_DB
    lines_db = 2.2 * patchy * np.pad(bumps, (0, lines - len(bumps)), mode="edge") - 7 * edge**5
    deep = np.linspace(0, 1, depths)[:, None]
    tgc = zoom(rng.standard_normal(6), depths / 6, order=3)[:depths, None]
    tgc = np.pad(tgc, ((0, depths - len(tgc)), (0, 0)), mode="edge")
    depth_mm = deep * (sector.depth - sector.skin)
    bands = 4 * np.cos(2 * np.pi * depth_mm / rng.uniform(3.5, 5))
    haze_db = near_db + bands * np.exp(-depth_mm / 8) - 8.7 * depth_mm / CLUTTER_MM
    haze = 10 ** ((np.maximum(haze_db, -60 + rng.uniform(-5, 5))) / 20)
    still = scanner.scatterers(rng)[:depths, :lines] * haze
    return Settings(
        gain_db=float(rng.uniform(-4, 11) if varied else rng.uniform(-1, 5)),
        lines_db=(lines_db + patches).astype(np.float32),
        depth_db=(1.5 * patchy * tgc - 5 * deep).astype(np.float32),
        noise_db=float(rng.uniform(-56, -50)),
        field=scanner.scatterers(rng) * _uneven(rng),
        haze=still.astype(np.complex64),
        curve=float(rng.uniform(0.8, 1.7)) if varied else 1.0,
        dark_db=float(rng.uniform(-8, 14)) if varied else 0.0,
        tone=tone,
    )


def _painted(view: str, anatomy: Anatomy, moment: Moment, looked: Looked) -> np.ndarray:
    """Return how strongly each place scatters in a frame, dB."""
    if view in ("PLAX", "A3C"):
        return long_axis(anatomy, moment, looked)
    if view == "PSAX":
        return short_axis(anatomy, moment, looked)
    liver = view == "subcostal"
    return apical(anatomy, moment, looked, four=liver or view == "A4C", liver=liver)


def _smoothed(amplitude: np.ndarray, tone: Tone) -> np.ndarray:
    """Return the envelope (T, R, A) as a scanner of lower resolution sees it."""
    for axis, sigma in zip((1, 2), tone.blur, strict=True):
        if sigma:
            amplitude = gaussian_filter1d(amplitude, sigma, axis=axis)
    return amplitude


def _dropout(sector: Sector, rng: np.random.Generator) -> np.ndarray:
    """Return where walls fade, 1 where they do usually, of each sample (R, A)."""
    depths, lines = sector.samples
    coarse = rng.standard_normal((6, 5))
    return zoom(coarse, (depths / 6, lines / 5), order=1)[:depths, :lines]


def _uneven(rng: np.random.Generator) -> np.ndarray:
    """Return the smooth unevenness of tissue, of the shape of the scatterers."""
    coarse = rng.standard_normal((1, scanner.CELLS // UNEVEN_CELLS, scanner.CELLS // UNEVEN_CELLS))
    smooth = zoom(coarse[0], UNEVEN_CELLS, order=1, mode="grid-wrap", grid_mode=True)
    return (10 ** (UNEVEN_DB * smooth / 20)).astype(np.float32)


def _echo(
    view: str,
    anatomy: Anatomy,
    pose: Pose,
    moment: Moment,
    place: Field,
    settings: Settings,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return what scatters back to each sample of one frame (R, A), complex64."""
    looked = look(place, pose, moment, anatomy)
    decibels = _painted(view, anatomy, moment, looked)
    flow = np.where(decibels < BLOODY_DB, np.float32(rng.uniform(0, 250)), np.float32(0))
    decibels = decibels - settings.dark_db * np.clip((FAINT_DB - decibels) / 5, 0, 1)
    if settings.tone is not PLAIN:
        decibels = settings.tone.veiled(decibels)
    strength = np.exp((decibels + settings.lines_db) * np.float32(np.log(10) / 20))
    scattered = scanner.scattered(
        settings.field, looked.wall.rest_x + flow, looked.wall.rest_z + flow
    )
    echo = scattered * strength + settings.haze
    noise = rng.standard_normal((2, *echo.shape), dtype=np.float32)
    loud = np.float32(10 ** (settings.noise_db / 20))
    return echo + loud * (noise[0] + 1j * noise[1])


def _labels(view: str, anatomy: Anatomy, looked: Looked, moment: Moment) -> np.ndarray:
    atrium = left_atrium_behind if view == "PLAX" else left_atrium
    wall = looked.wall
    labels = np.zeros(looked.x.shape, np.uint8)
    labels[atrium(anatomy, moment, looked) < 0] = LABELS[LEFT_ATRIUM]
    labels[(wall.depth < wall.thick) & (wall.wall > 0.5)] = LABELS[MYOCARDIUM]
    labels[wall.depth < 0] = LABELS[LV_CAVITY]
    return labels
