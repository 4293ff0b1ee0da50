"""A catalogue on disk -> the same, read; and tables over what was read. Talks to files, DuckDB and Dask."""

from magwise.adapters.catalogue.screening import Job, Tally, rejects_of, screened

__all__ = ["Job", "Tally", "rejects_of", "screened"]
