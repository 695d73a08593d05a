"""Events as Parquet, asked through DuckDB; not for sealed bytes, which lie on the shelf."""
