"""Long simulation studies: what is claimed in docs/explanation rests on a run of these."""
