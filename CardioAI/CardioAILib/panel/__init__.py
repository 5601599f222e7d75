"""What the panels of all modules share; the only room beside mrml and embedded that names Qt."""
