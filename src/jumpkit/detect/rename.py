"""Fields that Sigma rules know by another name than a source does."""

from __future__ import annotations

import msgspec

from jumpkit.detect.tree import And, Atom, Clause, Leaf, Named, Node, Not, Or


def path_of(field: str, aliases: dict[str, str]) -> tuple[str, ...]:
    """Return the path of a field in the source's own names; an alias stands for the field and all below it.

    >>> path_of("user.id", {"user": "userIdentity.userName"})
    ('userIdentity', 'userName', 'id')
    """
    parts = field.split(".")
    for end in range(len(parts), 0, -1):
        known = aliases.get(".".join(parts[:end]))
        if known is not None:
            return (*known.split("."), *parts[end:])
    return tuple(parts)


def renamed(node: Node, aliases: dict[str, str]) -> Node:
    """Return a tree on the source's own names; the same object where nothing changed."""
    if isinstance(node, Atom):
        return _atom(node, aliases)
    if isinstance(node, And | Or):
        parts = tuple(renamed(part, aliases) for part in node.parts)
        same = all(new is old for new, old in zip(parts, node.parts, strict=True))
        return node if same else msgspec.structs.replace(node, parts=parts)
    if isinstance(node, Not | Named):
        part = renamed(node.part, aliases)
        return node if part is node.part else msgspec.structs.replace(node, part=part)
    return node


def _atom(atom: Atom, aliases: dict[str, str]) -> Node:
    clauses = tuple(_clause(clause, aliases) for clause in atom.clauses)
    if all(new is old for new, old in zip(clauses, atom.clauses, strict=True)):
        return atom
    heads: dict[str, list[Clause]] = {}
    for clause in clauses:
        heads.setdefault(clause.path[0], []).append(clause)
    atoms = tuple(Atom(tuple(group)) for group in heads.values())
    return atoms[0] if len(atoms) == 1 else And(atoms)


def _clause(clause: Clause, aliases: dict[str, str]) -> Clause:
    path = path_of(".".join(clause.path), aliases)
    leaves = tuple(_leaf(leaf, aliases) for leaf in clause.leaves)
    same = path == clause.path and all(new is old for new, old in zip(leaves, clause.leaves, strict=True))
    return clause if same else msgspec.structs.replace(clause, path=path, leaves=leaves)


def _leaf(leaf: Leaf, aliases: dict[str, str]) -> Leaf:
    if leaf.op != "ref":
        return leaf
    text = ".".join(path_of(leaf.text, aliases))
    return leaf if text == leaf.text else msgspec.structs.replace(leaf, text=text)
