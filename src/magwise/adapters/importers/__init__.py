"""Files of others -> rows with a text: JSON Lines, CSV, Parquet, archives, the DSLD's labels. Decides nothing."""

from magwise.adapters.importers.rows import Bad, Row, rows_of

__all__ = ["Bad", "Row", "rows_of"]
