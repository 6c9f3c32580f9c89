"""What a check found, for people and as SARIF."""
import ast
import inspect
import json
import linecache
import os
import types
import urllib.parse

import agc


class Source:
    """The program's text, and its variables at its end."""

    _trees = {}
    scope = {}

    @classmethod
    def tree(cls, path):
        """A file's syntax; an empty module where it has none."""
        if path not in cls._trees:
            try:
                cls._trees[path] = ast.parse("".join(linecache.getlines(path)))
            except SyntaxError:
                cls._trees[path] = ast.Module([], [])
        return cls._trees[path]

    @classmethod
    def around(cls, place, *kinds):
        """The innermost node of some kinds that a place is inside of; None where it is in none."""
        holds = [node for node in ast.walk(cls.tree(place[0]))
                 if isinstance(node, kinds) and node.lineno < place[1] <= node.end_lineno]
        return max(holds, key=lambda node: node.lineno, default=None)

    @classmethod
    def value(cls, node):
        """What a name, or an attribute of what one stands for, is; None where that is not known."""
        if isinstance(node, ast.Name):
            return cls.scope.get(node.id)
        owner = cls.value(node.value) if isinstance(node, ast.Attribute) else None
        return None if owner is None else inspect.getattr_static(owner, node.attr, None)

    @classmethod
    def statement(cls, place):
        """The innermost simple statement at a place; None where it cannot be found."""
        path, line, column = place[:3]
        at = (line, max(column, 1) - 1)
        for node in ast.walk(cls.tree(path)):
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr, ast.AnnAssign, ast.Return)) and \
                    (node.lineno, node.col_offset) <= at < (node.end_lineno, node.end_col_offset):
                return node
        return None


class Edit:
    """A statement, and what stands in its place, or before it."""

    def __init__(self, statement, text, is_before=False):
        self.statement, self.text, self.is_before = statement, text, is_before

    def words(self):
        return f"write '{self.text}' " + ("before this line" if self.is_before else "here")


def _out_of_place(place):
    """The edit that makes a new tensor of what a statement overwrites; None where there is none."""
    statement = Source.statement(place)
    value = getattr(statement, "value", None)
    call = _InPlace.of(value)
    if call:
        target = call.target
    elif isinstance(statement, ast.AugAssign):
        target = statement.target
    elif isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Subscript):
        target = statement.targets[0]
    else:
        return None
    whole = _whole(target)
    name = ast.unparse(whole)
    if not isinstance(whole, (ast.Name, ast.Attribute, ast.Subscript)):
        return None
    if whole is not target:
        return Edit(statement, f"{name} = {name}.clone()", True)
    if not call:
        return Edit(statement, f"{name} = {ast.unparse(ast.BinOp(target, statement.op, value))}")
    if isinstance(statement, ast.Return):
        return Edit(statement, f"return {call.made}")
    names = [ast.unparse(given) for given in getattr(statement, "targets", ())]
    return Edit(statement, " = ".join([*names, *([] if name in names else [name]), call.made]))


def _is_in_no_grad(place):
    """Whether a `with` around a place turns gradients off."""
    return any(isinstance(node, ast.With) and node.lineno < place[1] <= node.end_lineno and
               any("no_grad" in ast.unparse(item) for item in node.items) for node in ast.walk(Source.tree(place[0])))


def _whole(target):
    """The tensor that a target is a part of; the target itself where it is one, as an element of a list is."""
    while isinstance(target, ast.Subscript) and not isinstance(Source.value(target.value), (list, tuple, dict)):
        target = target.value
    return target


class _InPlace:
    """A call of an in-place method, or of a function that has one's name: what it writes, and what the other gives."""

    def __init__(self, target, made):
        self.target, self.made = target, made

    @classmethod
    def of(cls, call):
        """Of an expression; None where it is none."""
        function = getattr(call, "func", None)
        if not isinstance(function, ast.Attribute) or not function.attr.endswith("_") or function.attr.endswith("__"):
            return None
        arguments = [ast.unparse(a) for a in call.args] + [f"{k.arg}={ast.unparse(k.value)}" for k in call.keywords]
        owner, method, target = ast.unparse(function.value), function.attr[:-1], function.value
        if isinstance(Source.value(target), types.ModuleType):
            if not call.args or not hasattr(Source.value(target), method):
                return None
            target = call.args[0]
        elif method in ("zero", "fill"):
            owner, method, arguments = "torch", {"zero": "zeros_like", "fill": "full_like"}[method], [owner, *arguments]
        elif not hasattr(agc.Tensor, method):  # normal_ and copy_ have no other method
            return None
        return cls(target, f"{owner}.{method}({', '.join(arguments)})")


def _before_the_loop(finding):
    """The place of the op whose graph a loop goes back through in each turn, with the loop; None where the op is in the
    loop, or in another function than the backward."""
    functions = ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda
    backward, made = finding["place"], next((place for place, text in finding["notes"] if text == "saved by this op"), None)
    if not made or made[0] != backward[0] or Source.around(made, *functions) is not Source.around(backward, *functions):
        return None
    loop = Source.around(backward, ast.For, ast.While)
    return (made, loop) if loop and made[1] < loop.lineno else None


def fix_of(finding):
    """Where and how to mend it, in words, and as an edit where one is known; None where nothing is."""
    if finding["fix"] is None:
        return None
    outside = _before_the_loop(finding) if finding["rule"] == "backward-twice" else None
    if outside:
        made, loop = outside
        return made, f"compute this inside the loop of line {loop.lineno}: each backward needs a graph of its own", None
    place, text = finding["fix"]
    edit = _out_of_place(place) if finding["out_of_place"] else None
    if edit and not edit.is_before and _is_in_no_grad(place):  # a new tensor of there has no history
        return place, f"write '{edit.text}' in front of the no_grad block", None
    return place, edit.words() if edit else text, edit


# ---------------------------------------------------------------- text

def _shown(place):
    """The line of a place with its expression marked."""
    path, line, column, end_line, end_column = place
    text = linecache.getline(path, line).rstrip("\n").expandtabs(1)
    if not text.strip():
        return
    yield f"{line:5} | {text}"
    if column:
        # Columns count bytes, as Python's positions do.
        start = len(text.encode()[:column - 1].decode(errors="ignore"))
        end = len(text.encode()[:end_column - 1].decode(errors="ignore")) if end_line == line else len(text)
        yield " " * 5 + " | " + " " * start + "^" + "~" * max(0, end - start - 1)


def _lines(place, severity, text):
    path, line, column = place[:3]
    where = f"{path}:{line}:" + (f"{column}:" if column else "") if path else "agc:"
    yield f"{where} {severity}: {text}"
    yield from _shown(place)


def as_text(findings):
    """As a compiler prints them."""
    for finding in findings:
        yield from _lines(finding["place"], finding["severity"], f"{finding['text']} [{finding['rule']}]")
        for place, text in finding["notes"]:
            yield from _lines(place, "note", text)
        fix = fix_of(finding)
        if fix:
            yield from _lines(fix[0], "note", "fix: " + fix[1])


# ---------------------------------------------------------------- SARIF

def _characters(path, line, column):
    """A column of bytes, as Python's are, in characters."""
    return len(linecache.getline(path, line).encode()[:column - 1].decode(errors="ignore")) + 1


def _artifact(path):
    text = urllib.parse.quote(os.fsencode(path))
    return {"uri": "file://" + text if os.path.isabs(path) else text}


def _location(place, text=None):
    path, line, column, end_line, end_column = place
    region = {"startLine": max(line, 1)}
    if column:
        region.update(startColumn=_characters(path, line, column), endLine=end_line,
                      endColumn=_characters(path, end_line, end_column))
    location = {"physicalLocation": {"artifactLocation": _artifact(path), "region": region}}
    if text:
        location["message"] = {"text": text}
    return location


def _change(path, fix):
    """A fix that an editor can make."""
    _, words, edit = fix
    node = edit.statement
    begin = {"startLine": node.lineno, "startColumn": _characters(path, node.lineno, node.col_offset + 1)}
    if edit.is_before:
        region = {**begin, "endLine": begin["startLine"], "endColumn": begin["startColumn"]}
        text = edit.text + "\n" + linecache.getline(path, node.lineno)[:begin["startColumn"] - 1]
    else:
        region = {**begin, "endLine": node.end_lineno,
                  "endColumn": _characters(path, node.end_lineno, node.end_col_offset + 1)}
        text = edit.text
    replacement = {"deletedRegion": region, "insertedContent": {"text": text}}
    return {"description": {"text": words},
            "artifactChanges": [{"artifactLocation": _artifact(path), "replacements": [replacement]}]}


def as_sarif(findings):
    """A log in the format that editors and CI read (SARIF 2.1.0)."""
    results = []
    for finding in findings:
        related = [_location(place, text) for place, text in finding["notes"] if place[0]]
        fix = fix_of(finding)
        if fix:
            related.append(_location(fix[0], "fix: " + fix[1]))
        level = {"remark": "note"}.get(finding["severity"], finding["severity"])
        result = {"ruleId": finding["rule"], "level": level, "message": {"text": finding["text"]},
                  "locations": [_location(finding["place"])], "relatedLocations": related}
        if fix and fix[2]:
            result["fixes"] = [_change(fix[0][0], fix)]
        results.append(result)
    rules = [{"id": rule} for rule in sorted({finding["rule"] for finding in findings})]
    driver = {"name": "agc check", "version": agc.version.agc, "rules": rules}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
           "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}]}
    return json.dumps(log, indent=2)
