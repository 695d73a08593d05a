"""Lists and fetches objects of S3; not for changing any."""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from jumpkit.cloud.aws.door import Access, client, told
from jumpkit.cloud.aws.layout import Wanted, descend
from jumpkit.kit.clock import stamp
from jumpkit.kit.errors import BadUsage, Unreachable
from jumpkit.model.artifact import Candidate, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType

SCHEME = "s3://"
ATTEMPTS = 4  # for one object's body, each going on where the last broke off


@dataclass(frozen=True, slots=True)
class S3Options:
    """How buckets are read: with whose rights, who pays, which part is wanted, after which key to go on."""

    access: Access = field(default_factory=Access)
    requester_pays: bool = False
    wanted: Wanted = field(default_factory=Wanted)
    start_after: str | None = None  # an address that was listed before: listing goes on behind it

    def paid(self) -> dict[str, str]:
        """Return what a request says about who pays."""
        return {"RequestPayer": "requester"} if self.requester_pays else {}


def list_objects(url: str, options: S3Options) -> Iterator[Candidate | Skipped]:
    """Yield the objects below `s3://bucket/prefix` sorted by key, page by page, and what was left out unlisted.

    Denied if listing is refused, NotFound if there is no such bucket, Unreachable if nobody answers.
    """
    bucket, prefix = parse(url)
    after = "" if options.start_after is None else parse(options.start_after)[1]
    yield from _below(_Bucket(bucket, options, after), prefix)


def open_object(candidate: Candidate, options: S3Options) -> Body:
    """Return the object's bytes as a stream; Denied (rights or key), NotFound, Drifted (changed since listed)."""
    address = candidate.address or candidate.name
    return Body(address, candidate.etag, options)


def parse(url: str) -> tuple[str, str]:
    """Return bucket and key of an address.

    >>> parse("s3://logs/AWSLogs/1/")
    ('logs', 'AWSLogs/1/')
    """
    bucket, _, key = url.removeprefix(SCHEME).partition("/")
    if not url.startswith(SCHEME) or not bucket:
        raise BadUsage("this is no address in S3", target=url, hint="write s3://bucket/prefix")
    return bucket, key


class Body:
    """One object's bytes as they come over the network; a broken connection goes on where it broke off."""

    def __init__(self, address: str, etag: str | None, options: S3Options) -> None:
        """Ask for the object, if it still is the one with this ETag."""
        self._address = address
        self._options = options
        self._at = 0
        self.etag = etag
        self.version: str | None = None
        self._body = self._fetched()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection."""
        self._body.close()

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none only at the end; Unreachable if it broke off too often."""
        failed: Unreachable | None = None
        for _ in range(ATTEMPTS):
            try:
                with told(self._address):
                    data: bytes = self._body.read(None if size < 0 else size)
            except Unreachable as error:
                failed = error
                self._body.close()
                self._body = self._fetched()
            else:
                self._at += len(data)
                return data
        raise Unreachable("the object's bytes break off again and again", target=self._address) from failed

    def _fetched(self) -> Any:
        bucket, key = parse(self._address)
        asked: dict[str, Any] = {"Bucket": bucket, "Key": key} | self._options.paid()
        if self.etag:
            asked["IfMatch"] = self.etag
        if self._at:
            asked["Range"] = f"bytes={self._at}-"
        with told(self._address):
            answer = client("s3", self._options.access).get_object(**asked)
        self.etag = answer.get("ETag", self.etag)
        self.version = answer.get("VersionId")
        return answer["Body"]


@dataclass(frozen=True, slots=True)
class _Bucket:
    name: str
    options: S3Options
    after: str  # keys up to this one were listed before

    def pages(self, prefix: str, *, flat: bool) -> Iterator[dict[str, Any]]:
        """Yield the answers to listing this prefix, each asked for only when the one before is used up."""
        asked: dict[str, Any] = {"Bucket": self.name, "Prefix": prefix} | self.options.paid()
        if not flat:
            asked["Delimiter"] = "/"
        if self.after:
            asked["StartAfter"] = self.after if flat else self._before_folder(prefix)
        while True:
            with told(f"{SCHEME}{self.name}/{prefix}"):
                page = client("s3", self.options.access).list_objects_v2(**asked)
            yield page
            if not page.get("IsTruncated"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    def _before_folder(self, prefix: str) -> str:
        """Return a key before the folder in which listing stopped: some S3s list no folder after a key within it."""
        if not self.after.startswith(prefix):
            return self.after
        return prefix + self.after[len(prefix) :].partition("/")[0]

    def candidate(self, listed: dict[str, Any]) -> Candidate:
        address = f"{SCHEME}{self.name}/{listed['Key']}"
        return Candidate(address, None, listed["Size"], stamp(listed["LastModified"]), address, listed.get("ETag"))


def _below(bucket: _Bucket, prefix: str) -> Iterator[Candidate | Skipped]:
    """Yield what lies below the prefix; folder by folder where that lets whole folders be left out."""
    flat = bucket.options.wanted.anything or not descend(prefix)
    for page in bucket.pages(prefix, flat=flat):
        listed = ((entry["Key"], entry) for entry in page.get("Contents", ()))
        folders = ((entry["Prefix"], None) for entry in page.get("CommonPrefixes", ()))
        for key, entry in heapq.merge(listed, folders, key=lambda pair: pair[0]):
            if entry is None:
                yield from _folder(bucket, key)
            elif key > bucket.after and not key.endswith("/"):
                yield _wanted(bucket, entry)


def _folder(bucket: _Bucket, prefix: str) -> Iterator[Candidate | Skipped]:
    """Yield what lies in a folder, unless it was listed before or was not asked for."""
    if prefix < bucket.after and not bucket.after.startswith(prefix):
        return
    reason = bucket.options.wanted.refuses(prefix)
    if reason is not None:
        yield Skipped(f"{SCHEME}{bucket.name}/{prefix}", reason)
        return
    yield from _below(bucket, prefix)


def _wanted(bucket: _Bucket, entry: dict[str, Any]) -> Candidate | Skipped:
    reason = bucket.options.wanted.refuses(entry["Key"])
    return bucket.candidate(entry) if reason is None else Skipped(f"{SCHEME}{bucket.name}/{entry['Key']}", reason)
