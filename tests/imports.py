#!/usr/bin/env python3
"""Which source file imports which, and the circles among them: `python3 tests/imports.py [ROOT]`.

An edge is any path that begins with `crate::`, `super::`, `self::` or a module beside it, in a `use` or elsewhere; a
re-export counts as the file that defines the name. Comments and strings are left out. Exit status 1 if a folder imports
one that comes after it, or if files import each other in a circle.
"""

import re
import sys
from pathlib import Path

# A folder imports only those before it.
ORDER = "text thread features metrics learn dataset model train score report review queue screen serve cli".split()

NOISE = re.compile(
    r"""//[^\n]*|/\*.*?\*/|br?"(?:[^"\\]|\\.)*"|r(#+)".*?"\1|r"[^"]*"|"(?:[^"\\]|\\.)*"|b?'(?:[^'\\]|\\.[^']*)'""", re.S
)
USE = re.compile(r"^[ \t]*(?:pub(?:\([^)]*\))?\s+)?use\s+([^;]+);", re.M)
PATH = re.compile(r"(?<![\w:])((?:crate|super|self)(?:::\w+)+)")
BARE = re.compile(r"(?<![\w:.])([a-z]\w*)((?:::\w+)+)")
INLINE = re.compile(r"\bmod\s+(\w+)\s*\{")


class Source:
    """One file: its text without noise, its module path, and the names that it hands on."""

    def __init__(self, file, module):
        self.file, self.module = file, module
        self.text = NOISE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), file.read_text())
        self.inline = [(match[1], match.start(), self.closing(match.end())) for match in INLINE.finditer(self.text)]
        self.imports = [
            (match.start(), path, name) for match in USE.finditer(self.text) for path, name in expand(match[1])
        ]
        self.names = {name: path for at, path, name in self.imports if not self.inside(at)}

    def closing(self, at):
        depth = 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self.text[at], 0)
            at += 1
        return at

    def inside(self, at):
        """The inline modules around a place."""
        return [name for name, begin, end in self.inline if begin < at < end]

    def paths(self):
        """Each path that may lead to another file, with where it stands."""
        for at, path, _ in self.imports:
            yield at, path
        rest = USE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), self.text)
        for match in PATH.finditer(rest):
            yield match.start(), match[1].split("::")
        for match in BARE.finditer(rest):
            if match[1] not in ("crate", "super", "self"):
                yield match.start(), (match[1] + match[2]).split("::")


def expand(tree):
    """`a::{b, c as d}` as its single paths, each with the name that it gives."""
    tree = " ".join(tree.split())
    brace = tree.find("{")
    if brace < 0:
        path, _, alias = tree.partition(" as ")
        path = path.strip().split("::")
        if path[-1] == "self":
            path = path[:-1]
        return [(path, alias.strip() or path[-1])]
    head, depth, parts, begin = tree[:brace], 0, [], brace + 1
    for at in range(brace, len(tree)):
        depth += {"{": 1, "}": -1}.get(tree[at], 0)
        if (tree[at] == "," and depth == 1) or depth == 0:
            parts.append(tree[begin:at].strip())
            begin = at + 1
        if depth == 0:
            break
    return [leaf for part in parts if part for leaf in expand(head + part)]


class House:
    def __init__(self, root):
        self.root = root
        self.sources = {}
        for file in sorted((root / "src").rglob("*.rs")):
            module = file.relative_to(root / "src").with_suffix("").parts
            if module[-1] in ("mod", "lib"):
                module = module[:-1]
            if file.name != "main.rs":
                self.sources[module] = Source(file, module)

    def resolve(self, path, module, inline=(), seen=()):
        """The file that defines what a path of `module` names; none if it leads out of the crate."""
        here, depth, path = module, len(inline), list(path)
        if path[0] == "crate":
            here, path = (), path[1:]
        elif path[0] in ("self", "super"):
            while path and path[0] in ("self", "super"):
                if path[0] == "super":
                    if depth:
                        depth -= 1
                    else:
                        here = here[:-1]
                path = path[1:]
        elif (*here, path[0]) not in self.sources:
            names = self.sources[here].names
            given = names.get(path[0])
            if given is None or (here, path[0]) in seen or given[0] == path[0]:
                return None
            here = self.resolve(given, here, (), (*seen, (here, path[0])))
            if here is None:
                return None
            path = path[1:]
        while path:
            if (*here, path[0]) in self.sources:
                here, path = (*here, path[0]), path[1:]
                continue
            given = self.sources[here].names.get(path[0]) if here in self.sources else None
            if given is None or (here, path[0]) in seen:
                break
            seen = (*seen, (here, path[0]))
            further = self.resolve(given, here, (), seen)
            if further is None or further == here:
                break
            here, path = further, path[1:]
        return here

    def edges(self):
        for module, source in self.sources.items():
            for at, path in source.paths():
                target = self.resolve(path, module, source.inside(at))
                if target is not None and target != module:
                    yield module, target, "::".join(path)


def circles(graph):
    """The strongly connected components of more than one file (Tarjan 1972)."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for after in sorted(graph.get(node, ())):
            if after not in index:
                visit(after)
            if after in stack:
                low[node] = min(low[node], low[after])
        if low[node] == index[node]:
            circle = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(circle) > 1:
                found.append(sorted(circle))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def main():
    sys.setrecursionlimit(10_000)
    root = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent.parent)
    house = House(root)
    graph, why, wrong = {}, {}, []
    for source, target, path in house.edges():
        graph.setdefault(source, set()).add(target)
        why.setdefault((source, target), path)
        if source and target and source[0] != target[0] and ORDER.index(source[0]) < ORDER.index(target[0]):
            wrong.append(f"src/{'/'.join(source)} imports src/{'/'.join(target)}, which comes after it: {path}")
    for folder in sorted({module[0] for module in house.sources if module} - set(ORDER)):
        wrong.append(f"src/{folder} is not in the order of tests/imports.py")
    for circle in circles(graph):
        ties = [
            f"    {'/'.join(a)} -> {'/'.join(b)}: {why[a, b]}" for a in circle for b in sorted(graph[a]) if b in circle
        ]
        wrong.append(f"{len(circle)} files import each other in a circle:\n" + "\n".join(ties))
    print("\n".join(wrong) if wrong else "no folder imports a later one, and no files import each other in a circle")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
