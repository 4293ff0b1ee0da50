"""Files of others -> rows with a text: JSON Lines, CSV, Parquet, a folder of DSLD labels. Decides nothing."""

from magwise.adapters.importers.rows import Bad, Row, rows_of

__all__ = ["Bad", "Row", "rows_of"]
