"""How good what is learned is, measured on what it did not see. Offline only, never served."""
