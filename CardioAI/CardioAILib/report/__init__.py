"""Results as pages, tables and pictures."""

from CardioAILib.report.bullseyepng import bullseye_png
from CardioAILib.report.cases import draw_cases
from CardioAILib.report.context import Context
from CardioAILib.report.page import write_report
from CardioAILib.report.picture import Picture
from CardioAILib.report.resultstable import write_results_table
from CardioAILib.report.single import page_path, write_single
from CardioAILib.report.singlepictures import result_pictures
from CardioAILib.report.template import PAGE

__all__ = [
    "PAGE",
    "Context",
    "Picture",
    "bullseye_png",
    "draw_cases",
    "page_path",
    "result_pictures",
    "write_report",
    "write_results_table",
    "write_single",
]
