"""Where the demonstration models lie.

Nothing is imported here, since Slicer reads this at its start.
"""

DEMONSTRATIONS = {
    "fahmy2022": "CardioAIDemonstrationModel",
    "germain2021": "CardioAIDemonstrationModelGermain",
    "germain2021_plane": "CardioAIDemonstrationModelGermainPlane",
    "martini2020": "CardioAIDemonstrationModelMartini",
    "halme2022": "CardioAIDemonstrationModelScintigraphy",
    "halme2022_positive": "CardioAIDemonstrationModelScintigraphyPositive",
    "sahashi2024": "CardioAIDemonstrationModelEcho",
    "echo_view": "CardioAIDemonstrationModelEchoView",
}
"""Folder in Resources of the model that knows simulated images only, by its system's name."""
