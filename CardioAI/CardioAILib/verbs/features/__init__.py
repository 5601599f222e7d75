"""Radiomics of studies and cohorts: presets, tables, maps, the wall, stability, IBSI."""
