"""Finding what to seed: paths and uploads become documents with names that do not change when a folder moves."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from memory.seed.report import Rejected

EXTENSIONS: Final = frozenset({".jsonl", ".ndjson", ".csv", ".md", ".markdown"})
MAX_FILE_BYTES: Final = 64_000_000
RESERVED: Final = "the articles that ship with Baton have this folder and are put back at every start"
RENAME: Final = "give yours another name"
SAVE_AS: Final = "save it as Markdown (.md), CSV (.csv) or one JSON object per line (.jsonl)"


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """A file's content. ``name`` becomes the source of its memories."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Gathered:
    """What a job works on. ``folders`` are the names of the folders read as a whole: what has vanished below them may
    be pruned. ``rejected`` are the files that could not be had."""

    documents: tuple[Document, ...] = ()
    folders: tuple[str, ...] = ()
    rejected: tuple[Rejected, ...] = ()


def gather(paths: Sequence[Path], *, under: str = "") -> Gathered:
    """Read files, and folders with all that is below them but what is hidden.

    A file is named after its argument: ``help/refunds.md`` below the folder ``…/help``, ``refunds.md`` given alone;
    ``under`` puts a folder's name before that.
    """
    gathering = _Gathering(PurePosixPath(under.strip("/")))
    for path in paths:
        gathering.argument(path)
    return gathering.result()


def uploaded(files: Sequence[tuple[str, bytes]]) -> Gathered:
    """Files that came with their content, by name."""
    gathering = _Gathering(PurePosixPath())
    for name, data in files:
        gathering.document(name, data)
    return gathering.result()


def without(gathered: Gathered, reserved: Set[str]) -> Gathered:
    """What may be seeded: what lies in ``reserved`` folders is refused, a folder as a whole."""
    refused = [name for name in gathered.folders if is_in(name, reserved)]
    refused += [one.name for one in gathered.documents if is_in(one.name, reserved) and not is_below(one.name, refused)]
    if not refused:
        return gathered
    return Gathered(
        documents=tuple(one for one in gathered.documents if not is_in(one.name, reserved)),
        folders=tuple(name for name in gathered.folders if name not in refused),
        rejected=(
            *gathered.rejected,
            *(Rejected(file=name, line=0, reason=RESERVED, advice=RENAME) for name in refused),
        ),
    )


def is_in(name: str, reserved: Set[str]) -> bool:
    """Whether a source belongs to one of these folders."""
    return name.partition("/")[0] in reserved


def is_below(name: str, folders: Iterable[str]) -> bool:
    """Whether a source lies below one of these folders."""
    return any(name.startswith(f"{folder}/") for folder in folders)


class _Gathering:
    def __init__(self, under: PurePosixPath) -> None:
        self._under = under
        self._documents: dict[str, Document] = {}
        self._paths: dict[str, str] = {}  # a file's real path -> the name under which it is read
        self._folders: list[str] = []
        self._rejected: list[Rejected] = []

    def result(self) -> Gathered:
        return Gathered(
            documents=tuple(self._documents.values()), folders=tuple(self._folders), rejected=tuple(self._rejected)
        )

    def argument(self, path: Path) -> None:
        name = str(self._under / (path.name if path.name not in ("", "..") else path.resolve().name))
        if not os.path.lexists(path):
            self._reject(str(path), "there is no such file or folder", "check how it is written")
        elif not os.path.isdir(path):
            self._file(path, name)
        elif name in self._folders:
            reason = f"another folder of this job is called {name!r} too"
            self._reject(str(path), reason, "seed one after the other, and give one another name with --under")
        else:
            self._folders.append(name)
            self._folder(path, name, Path(os.path.realpath(path)))

    def document(self, name: str, data: bytes) -> None:
        if not _is_text(name):
            self._reject(name, "its name holds signs that cannot be written down", "rename it")
        elif PurePosixPath(name).suffix.lower() not in EXTENSIONS:
            self._reject(name, "nothing here reads files of this type", SAVE_AS)
        elif len(data) > MAX_FILE_BYTES:
            self._reject(name, f"it is larger than {MAX_FILE_BYTES // 1_000_000} MB", "split it")
        elif name in self._documents:
            self._reject(name, "another file of this job has the same name", "rename one, or seed their common folder")
        else:
            self._documents[name] = Document(name=name, data=data)

    def _folder(self, path: Path, name: str, root: Path) -> None:
        try:
            with os.scandir(path) as entries:
                found = sorted(entries, key=lambda entry: entry.name)
        except OSError as error:
            self._reject(name, f"the folder cannot be read ({error.strerror})", "give yourself the right to read it")
            return
        for entry in found:
            below = f"{name}/{entry.name}"
            if entry.name.startswith("."):
                continue
            if entry.is_dir(follow_symlinks=False):
                self._folder(Path(entry.path), below, root)
            elif entry.is_symlink() and os.path.isdir(entry.path):  # may lead back up, or out of what was named
                self._reject(below, "it is a link to a folder", "name the folder itself as an argument")
            elif entry.is_symlink() and not Path(os.path.realpath(entry.path)).is_relative_to(root):
                self._reject(below, "it is a link that leads out of the folder", "name the file itself as an argument")
            else:
                self._file(Path(entry.path), below)

    def _file(self, path: Path, name: str) -> None:
        if path.suffix.lower() not in EXTENSIONS:
            self.document(name, b"")
            return
        real = os.path.realpath(path)
        if real in self._paths:
            self._reject(name, f"it is the same file as {self._paths[real]!r}", "name it once")
            return
        try:
            data = _content(path)
        except OSError as error:
            advice = "give yourself the right to read it, or mend the link"
            self._reject(name, f"it cannot be read ({error.strerror})", advice)
            return
        self._paths[real] = name
        self.document(name, data)

    def _reject(self, file: str, reason: str, advice: str) -> None:
        shown = file if _is_text(file) else ascii(file)
        self._rejected.append(Rejected(file=shown, line=0, reason=reason, advice=advice))


def _content(path: Path) -> bytes:
    """At most one byte more than a file may have. *Raises*: OSError, also for what is no file (a pipe would block)."""
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(0, "it is no ordinary file")
        return file.read(MAX_FILE_BYTES + 1)


def _is_text(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return name.isprintable()
