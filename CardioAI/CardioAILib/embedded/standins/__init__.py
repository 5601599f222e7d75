"""Stand-ins for the Python packages that only the Slicer application has."""
