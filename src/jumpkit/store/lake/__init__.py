"""The events and hits of a case as Parquet files, read by DuckDB; not for cases, ledgers or sealed bytes."""
