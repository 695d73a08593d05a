"""What a user's SQL may be made of; whatever is not listed here is refused, by name."""

from __future__ import annotations

RELATIONS = frozenset({"events", "hits"})

# Kinds of sqlglot node. Nothing that reads or writes files, makes rows out of nothing or changes the engine.
_CLAUSES = (
    "Select From Where Group Having Order Ordered Limit Offset Distinct Join Union Intersect Except Subquery With CTE "
    "Table TableAlias Alias Column Identifier Star Paren Tuple Literal RawString Boolean Null Interval Var Window "
    "WindowSpec Qualify Filter Dot Bracket Slice Array Case If"
)
_OPERATORS = (
    "And Or Not EQ NEQ GT GTE LT LTE Is In Between Like ILike SimilarTo Escape Glob RegexpLike RegexpFullMatch "
    "NullSafeEQ NullSafeNEQ Exists Add Sub Mul Div IntDiv Mod Neg DPipe BitwiseAnd BitwiseOr BitwiseXor "
    "BitwiseLeftShift BitwiseRightShift Cast TryCast DataType Coalesce Nullif"
)
_SCALARS = (
    "Lower Upper Length Trim Substring StartsWith EndsWith Contains StrPosition Concat ConcatWs Left Right Abs "
    "Round Floor Ceil Greatest Least Sqrt Ln Log Exp Sign Hex MD5 SHA2 ArrayContains ArraySize SplitPart "
    "RegexpExtract Extract TimestampTrunc DateTrunc CurrentTimestamp CurrentDate TimeToStr StrToTime DateDiff "
    "TimestampDiff UnixToTime DateBin Typeof Dayname DayOfWeekIso JSONExtract JSONExtractScalar JSONPath "
    "JSONPathKey JSONPathRoot JSONPathSubscript JSONPathWildcard JSONKeys JSONType Reverse Ascii Unicode "
    "Levenshtein Hour Minute Second Day Month Year DayOfWeek DayOfMonth DayOfYear Week Quarter Unhex"
)
_AGGREGATES = (
    "Count CountIf Sum Avg Min Max AnyValue First Last ArgMin ArgMax Median Mode Quantile PercentileCont "
    "PercentileDisc WithinGroup ApproxDistinct ApproxQuantile Stddev StddevPop StddevSamp Variance VariancePop "
    "ArrayAgg GroupConcat LogicalAnd LogicalOr"
)
_WINDOWS = (
    "RowNumber Rank DenseRank PercentRank CumeDist Ntile Lag Lead FirstValue LastValue NthValue IgnoreNulls "
    "RespectNulls"
)
NODES = frozenset(f"{_CLAUSES} {_OPERATORS} {_SCALARS} {_AGGREGATES} {_WINDOWS}".split())

# Functions that the parser knows by name only.
_NAMES = (
    "now epoch make_timestamp_ms date_part len strlen regexp_full_match prefix suffix json_valid json_keys "
    "json_array_length json_exists json_contains json_type json_extract_string damerau_levenshtein jaccard hamming "
    "bool_or bool_and mode isnan contains starts_with ends_with histogram url_decode"
)
NAMED = frozenset(_NAMES.split())

_TYPES = (
    "BOOLEAN TINYINT SMALLINT INT BIGINT FLOAT DOUBLE DECIMAL VARCHAR TEXT CHAR DATE TIME TIMESTAMP TIMESTAMPNTZ "
    "TIMESTAMPTZ TIMESTAMP_MS INTERVAL JSON"
)
TYPES = frozenset(_TYPES.split())
