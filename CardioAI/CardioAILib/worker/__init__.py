"""Long work in a process of its own: a job folder in, lines of progress, a result folder out."""

from CardioAILib.worker.errand import Errand, python_of_slicer
from CardioAILib.worker.job import Job, read_job, write_job
from CardioAILib.worker.launch import Handle, Launch, SubprocessLauncher
from CardioAILib.worker.run import run_job
from CardioAILib.worker.trouble import in_words

__all__ = [
    "Errand",
    "Handle",
    "Job",
    "Launch",
    "SubprocessLauncher",
    "in_words",
    "python_of_slicer",
    "read_job",
    "run_job",
    "write_job",
]
