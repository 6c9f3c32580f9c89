"""What a check found, for people and as SARIF."""
import ast
import json
import linecache
import os
import urllib.parse

import agc


class Source:
    """The program's text."""

    _trees = {}

    @classmethod
    def statement(cls, place):
        """The innermost simple statement at a place; None where it cannot be found."""
        path, line, column = place[:3]
        if path not in cls._trees:
            try:
                cls._trees[path] = ast.parse("".join(linecache.getlines(path)))
            except SyntaxError:
                cls._trees[path] = ast.Module([], [])
        at = (line, max(column, 1) - 1)
        for node in ast.walk(cls._trees[path]):
            if isinstance(node, (ast.Assign, ast.AugAssign, ast.Expr, ast.AnnAssign, ast.Return)) and \
                    (node.lineno, node.col_offset) <= at < (node.end_lineno, node.end_col_offset):
                return node
        return None


_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**", ast.FloorDiv: "//", ast.Mod: "%",
              ast.MatMult: "@", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^"}


class Edit:
    """A statement, and what stands in its place, or before it."""

    def __init__(self, statement, text, is_before=False):
        self.statement, self.text, self.is_before = statement, text, is_before

    def words(self):
        return f"write '{self.text}' " + ("before this line" if self.is_before else "here")


def _out_of_place(place):
    """The edit that makes a new tensor of what a statement overwrites; None where there is none."""
    statement = Source.statement(place)
    if isinstance(statement, ast.Assign):
        target, value = statement.targets[0], statement.value
    elif isinstance(statement, ast.AugAssign):
        target, value = statement.target, statement.value
    else:
        target = value = getattr(statement, "value", None)
    if isinstance(target, ast.Subscript):
        while isinstance(target, ast.Subscript):
            target = target.value
        name = ast.unparse(target)
        return Edit(statement, f"{name} = {name}.clone()", True)
    if isinstance(statement, ast.AugAssign):
        whole = ast.BinOp(target, statement.op, value)
        return Edit(statement, f"{ast.unparse(target)} = {ast.unparse(whole)}")
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        text = _without_underscore(value)
        return Edit(statement, text) if text else None
    return None


def _without_underscore(call):
    """An in-place method's call as an assignment of what the other method gives; None where it is none."""
    name, method = ast.unparse(call.func.value), call.func.attr
    if not method.endswith("_") or method.endswith("__") or not isinstance(call.func.value, (ast.Name, ast.Attribute)):
        return None
    arguments = ", ".join([ast.unparse(a) for a in call.args] +
                          [f"{k.arg}={ast.unparse(k.value)}" for k in call.keywords])
    if method in ("zero_", "fill_"):
        made = f"torch.zeros_like({name})" if method == "zero_" else f"torch.full_like({name}, {arguments})"
        return f"{name} = {made}"
    return f"{name} = {name}.{method[:-1]}({arguments})"


def fix_of(finding):
    """Where and how to mend it, in words, and as an edit where one is known; None where nothing is."""
    if finding["fix"] is None:
        return None
    place, text = finding["fix"]
    edit = _out_of_place(place) if finding["out_of_place"] else None
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
