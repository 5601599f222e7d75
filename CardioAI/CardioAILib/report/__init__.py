"""Results as pages, tables and pictures."""

from CardioAILib.report.cases import draw_cases
from CardioAILib.report.page import PAGE, Context, write_report
from CardioAILib.report.single import page_path, write_single
from CardioAILib.report.singlepictures import Picture, result_pictures
from CardioAILib.report.tables import write_results_table

__all__ = [
    "PAGE",
    "Context",
    "Picture",
    "draw_cases",
    "page_path",
    "result_pictures",
    "write_report",
    "write_results_table",
    "write_single",
]
