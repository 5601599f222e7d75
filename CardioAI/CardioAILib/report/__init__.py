"""Results as pages, tables and pictures."""

from CardioAILib.report.cases import draw_cases
from CardioAILib.report.page import PAGE, Context, write_report
from CardioAILib.report.tables import write_results_table

__all__ = ["PAGE", "Context", "draw_cases", "write_report", "write_results_table"]
