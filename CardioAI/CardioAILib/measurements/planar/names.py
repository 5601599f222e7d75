"""The values of a planar scan by name, each with its unit and meaning."""

from __future__ import annotations

from CardioAILib.measurements.names import DIMENSIONLESS, Definition

PERUGINI = "Perugini et al., J Am Coll Cardiol 46:1076, 2005"
BOKHARI = "Bokhari et al., Circ Cardiovasc Imaging 6:195, 2013"
RAPEZZI = "Rapezzi et al., JACC Cardiovasc Imaging 4:659, 2011"

COUNTS = "counts"
BONE = "ribs: 80th percentile of their region, lightly smoothed"

PLANAR_DEFINITIONS = (
    Definition("heart_counts", COUNTS, "counts in the heart's region, anterior"),
    Definition("heart_counts_per_pixel", COUNTS, "mean counts of a pixel of the heart's region"),
    Definition(
        "heart_to_contralateral",
        DIMENSIONLESS,
        "mean counts of the heart over those of its mirror image on the right chest (H/CL)",
        BOKHARI,
    ),
    Definition("heart_to_contralateral_sd", DIMENSIONLESS, "its uncertainty by Poisson counts"),
    Definition("heart_to_ribs", DIMENSIONLESS, f"mean counts of the heart over the {BONE}"),
    Definition("heart_to_ribs_sd", DIMENSIONLESS, "its uncertainty by Poisson counts"),
    Definition(
        "heart_to_ribs_net",
        DIMENSIONLESS,
        "heart minus contralateral chest, over ribs minus soft tissue between ribs",
    ),
    Definition("heart_to_ribs_net_sd", DIMENSIONLESS, "its uncertainty by Poisson counts"),
    Definition(
        "heart_to_sternum", DIMENSIONLESS, "mean counts of the heart over those of the sternum"
    ),
    Definition("heart_to_sternum_sd", DIMENSIONLESS, "its uncertainty by Poisson counts"),
    Definition(
        "heart_to_soft_tissue",
        DIMENSIONLESS,
        "mean counts of the heart over those of the medial thigh",
    ),
    Definition("heart_to_soft_tissue_sd", DIMENSIONLESS, "its uncertainty by Poisson counts"),
    Definition(
        "heart_to_whole_body_percent",
        "%",
        "counts of the heart over those of the body without kidneys and bladder, anterior view",
        PERUGINI,
    ),
    Definition("heart_to_whole_body_percent_sd", "%", "its uncertainty by Poisson counts"),
    Definition(
        "heart_to_whole_body_geometric_percent",
        "%",
        "the same of the geometric mean of anterior and posterior counts",
        PERUGINI,
    ),
)
PLANAR_MEASUREMENTS = tuple(one.name for one in PLANAR_DEFINITIONS)
