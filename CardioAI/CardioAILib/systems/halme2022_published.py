"""What Halme 2022 printed: tables 1 to 3, and what is known to contradict them.

Precision and recall by class stand here as far as they could be checked against the source. Where
text and table of the source differ, the table is kept: of grade 2 or 3 the text gives the residual
network a recall of 0.85 and an AUC of 0.90, the table 0.81 and 0.89.
"""

from dataclasses import replace

from CardioAILib.published import Published, PublishedArm

COHORT = "1334 patients, five-fold cross-validation"


def printed(**arms: tuple[float, float]) -> dict[str, PublishedArm]:
    """Return printed AUC and accuracy of each arm."""
    return {name: PublishedArm(auc, accuracy=right) for name, (auc, right) in arms.items()}


FOUR_GRADES = printed(
    linear=(0.86, 0.66),
    residual=(0.86, 0.67),
    vgg16=(0.87, 0.74),
    resnet50=(0.78, 0.66),
    inception3=(0.75, 0.62),
    mobilenet=(0.76, 0.74),
)
GRADE_3 = printed(
    linear=(0.94, 0.99),
    residual=(0.94, 0.99),
    vgg16=(0.92, 0.99),
    resnet50=(0.82, 0.99),
    inception3=(0.80, 0.99),
    mobilenet=(0.72, 0.99),
)
POSITIVE = printed(
    linear=(0.88, 0.97),
    residual=(0.89, 0.97),
    vgg16=(0.77, 0.98),
    resnet50=(0.85, 0.80),
    inception3=(0.78, 0.95),
    mobilenet=(0.76, 0.95),
)
GRADE_3["residual"] = replace(GRADE_3["residual"], precision=(None, 0.83), recall=(None, 0.89))
POSITIVE["linear"] = replace(POSITIVE["linear"], recall=(None, 0.79))
POSITIVE["residual"] = replace(POSITIVE["residual"], recall=(None, 0.81))

PUBLISHED = Published(
    citation="Halme et al. Convolutional neural networks for detection of transthyretin "
    "amyloidosis in 2D scintigraphy images. EJNMMI Res 2022; 12:27",
    doi="10.1186/s13550-022-00897-9",
    tests={COHORT: FOUR_GRADES},
    caution="The published cohort holds 23 scans of grade 2 and 24 of grade 3 among 1334, and the "
    "published networks call every third scan wrong: rare grades, not the network, set the limit. "
    "An accuracy of 0.97 in telling 47 positive scans from 1287 others is little more than always "
    "saying no, which is right in 0.96. Grades were read by eye on the same images. Later work "
    "drew on more scans, of several centers, with test cohorts of its own (Delbarre 2023, JACC "
    "Cardiovasc Imaging 16:1085; Spielvogel 2024, Lancet Digit Health 6:e251).",
    readers="two physicians graded 40 scans twice. Kappa of a physician with himself: 0.79 of four "
    "grades, 0.89 of grade 2 or 3 against 0 or 1; between the two: 0.69 and 0.79.",
    subgroups="the source prints AUCs of four grades of 0.43 and 0.51 by bone metastases, where "
    "the same network has 0.86 in all patients together. A whole so far above both of its parts "
    "cannot be the same statistic, so these two are not set beside ours.",
)

PUBLISHED_GRADE_3 = replace(PUBLISHED, tests={COHORT: GRADE_3})

PUBLISHED_POSITIVE = replace(PUBLISHED, tests={COHORT: POSITIVE})
