"""What a check found, for people and as SARIF."""
import ast
import json
import linecache
import os

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


def _out_of_place(place):
    """The words that make a new tensor of what a statement overwrites; None where there are none."""
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
        return f"write '{name} = {name}.clone()' before this line"
    if isinstance(statement, ast.AugAssign):
        whole = ast.BinOp(target, statement.op, value)
        return f"write '{ast.unparse(target)} = {ast.unparse(whole)}' here"
    if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
        name, method = ast.unparse(value.func.value), value.func.attr
        if not method.endswith("_") or method.endswith("__") or not isinstance(value.func.value, (ast.Name,
                                                                                               ast.Attribute)):
            return None
        arguments = ", ".join([ast.unparse(a) for a in value.args] +
                              [f"{k.arg}={ast.unparse(k.value)}" for k in value.keywords])
        if method in ("zero_", "fill_"):
            made = f"torch.zeros_like({name})" if method == "zero_" else f"torch.full_like({name}, {arguments})"
            return f"write '{name} = {made}' here"
        return f"write '{name} = {name}.{method[:-1]}({arguments})' here"
    return None


def fix_of(finding):
    """Where and how to mend it, in words; None where nothing is known."""
    if finding["fix"] is None:
        return None
    place, text = finding["fix"]
    return place, (_out_of_place(place) if finding["out_of_place"] else None) or text


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

def _location(place, text=None):
    path, line, column, end_line, end_column = place
    region = {"startLine": max(line, 1)}
    if column:
        region.update(startColumn=column, endLine=end_line, endColumn=end_column)
    uri = path if not os.path.isabs(path) else "file://" + path
    location = {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}
    if text:
        location["message"] = {"text": text}
    return location


def as_sarif(findings):
    """A log in the format that editors and CI read (SARIF 2.1.0)."""
    results = []
    for finding in findings:
        related = [_location(place, text) for place, text in finding["notes"] if place[0]]
        fix = fix_of(finding)
        if fix:
            related.append(_location(fix[0], "fix: " + fix[1]))
        level = {"remark": "note"}.get(finding["severity"], finding["severity"])
        results.append({"ruleId": finding["rule"], "level": level, "message": {"text": finding["text"]},
                        "locations": [_location(finding["place"])], "relatedLocations": related})
    rules = [{"id": rule} for rule in sorted({finding["rule"] for finding in findings})]
    driver = {"name": "agc check", "version": agc.__version__, "rules": rules}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0",
           "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}]}
    return json.dumps(log, indent=2)
