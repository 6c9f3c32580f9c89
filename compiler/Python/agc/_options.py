"""The options of agc's commands."""
import sys


class Options:
    """A command's options before its operands, of which the program is the first; what comes after these is the
    program's. Options have values by name, flags are True or False. Ends the command where they are wrong."""

    def __init__(self, text, arguments, values, operands=1):
        self.text, self.values, self.operands, self.arguments = text, dict(values), [], list(arguments)
        while self.arguments and len(self.operands) < operands:
            if not self.arguments[0].startswith("-"):
                self.operands.append(self.arguments.pop(0))
            else:
                self._take(*self.arguments.pop(0).partition("="))
        while operands > 1 and self.arguments and self.arguments[0].partition("=")[0] in self.values:
            self._take(*self.arguments.pop(0).partition("="))
        if not self.operands:
            self.fail("no program is named")
        self.path = self.operands[0]

    def _take(self, name, equals, value):
        if name in ("--help", "-h"):
            print(self.text, end="")
            sys.exit(0)
        if name not in self.values:
            self.fail(f"no option '{name}'")
        if self.values[name] is False:
            if equals:
                self.fail(f"{name} takes no value")
            self.values[name] = True
            return
        self.values[name] = value or (self.arguments.pop(0) if self.arguments else self.fail(f"{name} has no value"))

    def fail(self, reason):
        print(f"agc: {reason}", self.text.splitlines()[0], sep="\n", file=sys.stderr)
        sys.exit(2)
