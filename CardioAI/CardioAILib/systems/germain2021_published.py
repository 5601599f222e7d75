"""What Germain et al. printed (Diagnostics 2021; 11:1554).

The summed confusion matrices of their table 3 do not add up to the 1200 cine sets (1198 for the
two-branch network), so the counts are left out here.
"""

from dataclasses import replace

from CardioAILib.published import Published, PublishedArm

PUBLISHED = Published(
    citation="Germain P et al. Classification of cardiomyopathies from MR cine images using "
    "convolutional neural network with transfer learning. Diagnostics 2021; 11:1554.",
    doi="10.3390/diagnostics11091554",
    tests={
        "six folds of 1200 cine sets": {
            "vgg_ed": PublishedArm(accuracy=0.961, accuracy_sd=0.011),
            "vgg_es": PublishedArm(accuracy=0.952, accuracy_sd=0.012),
            "vgg_dual": PublishedArm(accuracy=0.982, accuracy_sd=0.009),
        },
        "hold-out (60/20/20)": {"vgg_dual": PublishedArm(accuracy=0.974, accuracy_sd=0.011)},
        "795 later cine sets": {"vgg_dual": PublishedArm(accuracy=0.958)},
        "matrix 128": {"vgg_es": PublishedArm(accuracy=0.954)},
        "matrix 160": {"vgg_es": PublishedArm(accuracy=0.959)},
        "matrix 256": {"vgg_es": PublishedArm(accuracy=0.921)},
        "matrix raw": {"vgg_es": PublishedArm(accuracy=0.915)},
    },
    caution="The published cases were typical ones only, of one center, chosen by the expert who "
    "labeled them: expect less on patients as they come (spectrum bias). Up to six cine sets of a "
    "patient lay on both sides of the published folds, which flatters. Published networks began "
    "with weights learned on photographs. The columns of the arm measurements, and its five "
    "readings of each segmentation, were settled with ACDC's 100 training patients in sight: "
    "figures on these flatter.",
    attention="of 1178 right answers of the two-branch network 19 looked outside the heart (1.6%); "
    "of 22 wrong ones 11 looked at tissue outside the heart, 6 at another structure of the heart, "
    "3 took the wrong class from a structure outside, and 2 saw no structure. Maps were sorted by "
    "eye there, and by the share of their energy here.",
)

PUBLISHED_PLANE = replace(
    PUBLISHED,
    attention="",
    tests={
        "six folds of 1200 cine sets": {
            "vgg_ed": PublishedArm(accuracy=0.999, accuracy_sd=0.002),
            "vgg_es": PublishedArm(accuracy=0.998, accuracy_sd=0.002),
            "vgg_dual": PublishedArm(accuracy=0.999, accuracy_sd=0.002),
        },
    },
)
