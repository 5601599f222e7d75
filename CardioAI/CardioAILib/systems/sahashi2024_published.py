"""What Sahashi et al. printed (medRxiv 2024)."""

from dataclasses import replace

from CardioAILib.published import Published, PublishedArm

TEST = "held-out tenth of 2556 studies"
VIEWS = ("A4C", "A2C", "PLAX")
BY_VIEW = (
    "{what} from echo had an AUROC of {combined} with all three views combined ({views} by view), "
    "where 0.5 is chance. {verdict}"
)
NO_FINDING = "Do not read a finding into it."
TOO_WEAK = (
    "That is nearer to chance than to certainty: the 95 % interval, 0.613 to 0.780, excludes "
    "chance, but so weak an answer is none to rest a finding on."
)


def table(*views: float, combined: float) -> dict[str, PublishedArm]:
    """Return printed AUROCs, of each view alone and of all combined."""
    own = dict(zip(VIEWS, views, strict=True))
    return {"combined": PublishedArm(auc=combined, by_input=own)}


def near_chance(what: str, arms: dict[str, PublishedArm], verdict: str = NO_FINDING) -> Published:
    """Return the source with the numbers that stand below the notice of near chance."""
    found = arms["combined"]
    views = ", ".join(f"{name} {auc:.3f}" for name, auc in found.by_input.items())
    told = BY_VIEW.format(what=what, combined=f"{found.auc:.3f}", views=views, verdict=verdict)
    return replace(WALL_MOTION, tests={TEST: arms}, caution=told, near_chance=True, about="")


ABOUT = (
    "Wall motion is how far each part of the left ventricle's wall moves inward and thickens while "
    "the heart contracts. It is abnormal where a part moves too little (hypokinesia), not at all "
    "(akinesia) or outward (dyskinesia). The answer rests on movement alone: what the tissue is "
    "made of, be it scar, edema or fibrosis, it does not show."
)

WALL_MOTION = Published(
    citation="Sahashi Y, Vukadinovic M, Duffy G, Li D, Cheng S, Berman DS, Ouyang D, Kwan AC. "
    "Using deep learning to predict cardiovascular magnetic resonance findings from "
    "echocardiography videos. medRxiv 2024.",
    doi="10.1101/2024.04.16.24305936",
    tests={TEST: table(0.817, 0.756, 0.812, combined=0.873)},
    caution="One center and one maker of scanners. Wall motion is what echo shows: the same source "
    "found T1, T2 and extracellular volume near chance (0.55 to 0.61), and scar weak (0.699).",
    about=ABOUT,
)
SCAR = near_chance(
    "Scar (late gadolinium enhancement)", table(0.657, 0.591, 0.541, combined=0.699), TOO_WEAK
)
T1 = near_chance("A high native T1", table(0.546, 0.525, 0.518, combined=0.614))
T2 = near_chance("A high T2", table(0.521, 0.539, 0.559, combined=0.553))
ECV = near_chance("A high extracellular volume", table(0.549, 0.598, 0.535, combined=0.564))


def measured(what: str, explained: float, error: float, unit: str) -> Published:
    """Return the source of a regression, with the notice of how little it explained."""
    arms = {"combined": PublishedArm(r2=explained, mae=error)}
    told = (
        f"{what} from echo explained {explained:.1%} of its variance in the source study "
        f"(R2 {explained:g}, mean absolute error {error:g} {unit}): hardly better than naming the "
        "average of all patients."
    )
    return replace(WALL_MOTION, tests={TEST: arms}, caution=told, near_chance=True, about="")


T1_MS = measured("Native T1", 0.04, 49.8, "ms")
T2_MS = measured("T2", 0.002, 5.39, "ms")
ECV_PERCENT = measured("Extracellular volume", 0.07, 4.38, "%")
