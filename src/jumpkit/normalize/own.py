"""Text fields of too many distinct values to learn one by one: Arrow numbers them, for each batch anew."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from jumpkit.model.batch import Column, Texts
from jumpkit.normalize.codes import ABSENT, Codes, indices
from jumpkit.normalize.values import IPV4, is_ip, leniently


@dataclass(frozen=True, slots=True)
class Numbered:
    """A field's distinct texts in one batch, and the number of each row's, ABSENT where it has none."""

    codes: Codes
    words: pa.StringArray

    def column(self, epoch: int) -> Column:
        """Return it as the vendor's field."""
        return Column(self.codes, Texts(self.words), epoch)

    def only(self, keep: npt.NDArray[np.bool_]) -> pa.Array:
        """Return the rows' texts as an Arrow dictionary array, null but for the words to keep."""
        if keep.all():
            return pa.DictionaryArray.from_arrays(indices(self.codes), self.words)
        places = np.append(np.where(keep, np.cumsum(keep) - 1, ABSENT), ABSENT).astype(np.int32)
        return pa.DictionaryArray.from_arrays(indices(places[self.codes]), self.words.filter(pa.array(keep)))

    def said(self) -> npt.NDArray[np.bool_]:
        """Return which words say something: the empty one does not."""
        return np.asarray(pc.greater(pc.binary_length(self.words), 0))

    def addresses(self) -> npt.NDArray[np.bool_]:
        """Return which words are IP addresses."""
        found = np.array(pc.match_substring_regex(self.words, rf"\A(?:{IPV4})\z"))
        for place in np.flatnonzero(~found).tolist():
            found[place] = is_ip(self.words[place].as_py())
        return found


def numbered(texts: pa.Array) -> Numbered:
    """Return what differs among texts."""
    encoded = texts.dictionary_encode()
    codes = encoded.indices
    if codes.null_count:
        codes = codes.fill_null(ABSENT)
    return Numbered(codes.to_numpy(), encoded.dictionary)


def json_field(texts: pa.Array, epoch: int) -> Column:
    """Return a field of JSON as the vendor's: each row has a value of its own, which is read when it is asked for."""
    codes = np.arange(len(texts), dtype=np.int32)
    if texts.null_count:
        codes[np.asarray(texts.is_null())] = ABSENT
    return Column(codes, Texts(texts, leniently), epoch)
