"""The radiomic features with NumPy and SciPy alone, for where numba does not import."""
