"""`agc check`: a program's autograd mistakes, without computing anything."""
import contextlib
import os
import sys
import traceback

from agc._options import Options


class Check:
    """A program that is followed to its end, or as far as that goes."""

    def __init__(self, path, arguments):
        self.path, self.arguments = path, arguments
        self.findings, self.fails, self.module = [], False, None

    def has_errors(self):
        return self.fails or any(finding["severity"] == "error" for finding in self.findings)

    def _add(self, severity, rule, place, text):
        self.findings.append(dict(severity=severity, rule=rule, place=place, text=text, notes=[], fix=None,
                                  out_of_place=False))

    def run(self, source):
        from agc import _agc
        from agc._check import branches, files, program, tensors, unknown
        from agc._command import as_torch, own_errors
        import warnings
        warnings.filterwarnings("ignore", message="The .grad attribute of a Tensor that is not a leaf")
        as_torch()
        tensors.install()
        branches.install(self._add)
        _agc.begin_check(program.is_caught, lambda finding: self.findings.append(finding))
        sys.argv, sys.path[0] = [self.path] + self.arguments, os.path.dirname(os.path.abspath(self.path))
        try:
            with files.apart():
                program.execute(self.path, source)
        except SystemExit:
            pass
        except KeyboardInterrupt:
            with own_errors():
                raise
        except unknown.CheckEnds as end:
            self._end_at(getattr(end, "place", None) or self._place_of(_frames_of(end)), end)
        except BaseException as error:
            self._ended(error)
        self.module = sys.modules["__main__"]
        is_whole = not any(finding["rule"] in ("check-ends", "exception") for finding in self.findings)
        _agc.end_check(tensors.parameters(vars(self.module), is_whole))

    def _end_at(self, place, end):
        """An `if` where the check ends was not passed."""
        self.findings = [finding for finding in self.findings if (finding["rule"], finding["place"]) != ("branch-taken", place)]
        self._add("remark", "check-ends", place, f"the check ends here: {end}")

    def _place_of(self, frames):
        """The innermost place of the program; of a library where it has none."""
        from agc._check import program
        own = [frame for frame in frames if program.is_own(frame.filename, self.path)]
        last = (own or frames)[-1]
        return (last.filename, last.lineno, (-1 if last.colno is None else last.colno) + 1, last.end_lineno,
                (-1 if last.end_colno is None else last.end_colno) + 1)

    def _is_of_unknown(self, error):
        """Whether a library raised this because it got a number that is not known, as json and numpy's functions do."""
        from agc._check.unknown import is_unknown
        if not isinstance(error, (TypeError, IndexError)):
            return False
        *_, (frame, _) = traceback.walk_tb(error.__traceback__)
        if isinstance(error, IndexError):  # numpy's, of an array of objects
            return "arrays used as indices" in str(error) and any(
                getattr(value, "dtype", None) == object for value in frame.f_locals.values())
        is_library = frame.f_code.co_filename != self.path
        return "Unknown" in str(error) or is_library and any(map(is_unknown, frame.f_locals.values()))

    def _ended(self, error):
        """An exception of the program, or one of agc's that nothing caught."""
        of_unknown = self._is_of_unknown(error)
        own = _frames_of(error)
        lines = [(frame.filename, frame.lineno) for frame in own]
        for finding in self.findings:
            if (finding["severity"], finding["text"]) == ("remark", str(error)) and finding["place"][:2] in lines:
                finding["severity"] = "error"  # it was caught, and raised again
                return
        if isinstance(error, SyntaxError) and error.filename and error.lineno:
            self._add("error", "exception", _place_of_syntax(error), f"{type(error).__name__}: {error.msg}")
            return
        if not own:
            self.fails = True
            sys.excepthook(type(error), error, error.__traceback__)
            return
        place = self._place_of(own)
        text = f"{type(error).__name__}: {error}"
        if self.has_errors():
            self._add("remark", "check-ends", place, f"the check ends here, after an error: {text}")
        elif of_unknown:
            self._add("remark", "check-ends", place, "the check ends here: the program needs a value")
        elif "is not in agc yet" in text or "is not supported yet" in text or "No module named 'torch" in text or "[?" in text:
            self._add("remark", "check-ends", place, f"the check ends here: {text}")
        else:
            self._add("error", "exception", place, text)


def _frames_of(error):
    """The frames of a traceback that are not the package's."""
    from agc._command import _own_frames
    error.__traceback__ = _own_frames(error.__traceback__)
    return traceback.extract_tb(error.__traceback__)


def _place_of_syntax(error):
    """Where a file cannot be read; of the characters that Python counts here, the bytes that it counts elsewhere."""
    line = error.text or ""

    def byte(offset):
        return len(line[:max(offset - 1, 0)].encode()) + 1
    begin, end = error.offset or 0, error.end_offset or 0
    if begin < 1:
        return error.filename, error.lineno, 0, error.lineno, 0
    if end <= begin or error.end_lineno not in (None, 0, error.lineno):
        end = begin + 1
    return error.filename, error.lineno, byte(begin), error.lineno, byte(end)


def _finish(check, form):
    """Prints what was found; the status of the command."""
    from agc._check import report
    report.Source.scope = vars(check.module) if check.module else {}
    sys.stdout.flush()
    if form == "sarif":
        print(report.as_sarif(check.findings))
    else:
        for line in report.as_text(check.findings):
            print(line, file=sys.stderr)
    return 1 if check.has_errors() else 0


def main(arguments):
    """`agc check`."""
    from agc._command import source_of
    options = Options(CHECK, arguments, {"--format": "text"})
    form = options.values["--format"]
    if form not in ("text", "sarif"):
        options.fail(f"--format is text or sarif, not '{form}'")
    check, source = Check(options.path, options.arguments), source_of(options.path)
    with contextlib.redirect_stdout(sys.stderr) if form == "sarif" else contextlib.nullcontext():
        check.run(source)
    sys.exit(_finish(check, form))


def explain(arguments):
    """`agc explain`."""
    from agc._command import source_of
    from agc._check.explain import explain as run
    options = Options(EXPLAIN, arguments, {"--svg": None}, operands=2)
    wanted = options.operands[1] if len(options.operands) > 1 else None
    check, source, svg = Check(options.path, options.arguments), source_of(options.path), options.values["--svg"]
    if svg is not None and os.path.exists(svg) and os.path.samefile(svg, options.path):
        print(f"agc: error: '{svg}' is the program itself: give another output", file=sys.stderr)
        sys.exit(1)
    sys.exit(run(check, source, wanted, svg))


CHECK = """usage: agc check [--format=text|sarif] prog.py [arguments]

Follows a PyTorch program without computing, and reports its autograd mistakes: errors that PyTorch would raise, and
warnings of what it lets pass. An error that the program itself catches is a remark. Numbers that only a run has print
as `?`. An `if` on one is told of: the check goes either way in turn as long as autograd knows nothing of what is done
there; where it does, and at a loop by one, the check ends. The exit status is 1 where there are errors.

  --format=sarif   prints a SARIF log, for editors and CI; what the program prints goes to stderr
"""
EXPLAIN = """usage: agc explain [--svg=FILE] prog.py [NAME|LINE [arguments]]

Follows a PyTorch program without computing, and tells of its tensors at the end what autograd knows: whether they are
leaves and require grad, their grad_fn and version, who saves them and why, and why .grad is None. NAME is a variable
(`w`, `net.fc.weight`, `net` for all of its, `step.loss` of a function `step`), LINE what a line makes; without one, all that have a name.

  --svg=FILE   draws the graph, forward and backward side by side
"""
