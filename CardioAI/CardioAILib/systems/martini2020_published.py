"""What Martini et al. printed (J Cardiovasc Magn Reson 2020; 22:84)."""

from dataclasses import replace

from CardioAILib.published import Published, PublishedArm

PUBLISHED = Published(
    citation="Martini N et al. Deep learning to diagnose cardiac amyloidosis from cardiovascular "
    "magnetic resonance. J Cardiovasc Magn Reson 2020; 22:84.",
    doi="10.1186/s12968-020-00690-4",
    tests={
        "test set (n = 42)": {
            "dl": PublishedArm(
                auc=0.982,
                sensitivity=0.95,
                specificity=0.81,
                accuracy=0.88,
                confusion=((17, 4), (1, 20)),
            ),
            "gbm": PublishedArm(
                auc=0.952,
                sensitivity=0.86,
                specificity=0.95,
                accuracy=0.90,
                confusion=((20, 1), (3, 18)),
            ),
        },
    },
    caution="The published test set held 42 patients of the same center and scanner: with 4 false "
    "positives and 1 false negative the intervals are wide, and no other center was tried. The "
    "rule-out point of 0.4 was read off those 42. Networks and boosted findings did not differ "
    "(0.982 against 0.952, p = 0.39).",
    attention="the published maps lit the myocardium, and pleural effusion where there was one.",
    sweep=(
        (0.1, 18, 0),
        (0.2, 14, 0),
        (0.3, 12, 0),
        (0.4, 6, 0),
        (0.5, 4, 1),
        (0.6, 2, 2),
        (0.7, 0, 5),
        (0.8, 0, 7),
        (0.9, 0, 13),
    ),
)

PUBLISHED_ELSEWHERE = replace(
    PUBLISHED,
    tests={},
    sweep=(),
    attention="",
    caution="This is the published protocol on another task: telling infarcts from normal hearts "
    "on public images says nothing about amyloidosis. The paper has no such results.",
)
