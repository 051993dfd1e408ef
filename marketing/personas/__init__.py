"""One row of typed columns per person; everything downstream reads it and nothing else."""
