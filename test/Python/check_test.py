"""`agc check` and `agc explain`: what the programs in check/ are told.

A comment `# expected: warning leaf-remade; note the leaf is made here; fix update the leaf` says all that is reported
of its line: findings by severity and rule, notes and fixes by a part of their text. Nothing else is.
"""
import collections
import json
import os
import pathlib
import re
import signal
import subprocess
import tempfile
import unittest

FOLDER = pathlib.Path(__file__).parent / "check"
AGC = os.environ["AGC"]


def agc(*arguments):
    return subprocess.run([AGC, *map(str, arguments)], cwd=FOLDER, capture_output=True, text=True, timeout=300)


def checked(text):
    """A check of a program of this text, program.py."""
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "program.py")
        path.write_text(text)
        return agc("check", path)


def expected(program):
    """What comments say: kind and text, by line."""
    lines = collections.defaultdict(list)
    for number, line in enumerate((FOLDER / program).read_text().splitlines(), 1):
        found = re.search(r"# expected: (.*)", line)
        for part in found[1].split("; ") if found else ():
            kind, _, text = part.partition(" ")
            lines[number].append((kind, text))
    return lines


def found(log):
    """The same as a SARIF log has it."""
    lines = collections.defaultdict(list)

    def line_of(location):
        return location["physicalLocation"]["region"]["startLine"]
    for result in log["runs"][0]["results"]:
        kind = {"note": "remark"}.get(result["level"], result["level"])
        lines[line_of(result["locations"][0])].append((kind, result["ruleId"]))
        for related in result["relatedLocations"]:
            text = related["message"]["text"]
            kind, text = ("fix", text[5:]) if text.startswith("fix: ") else ("note", text)
            lines[line_of(related)].append((kind, text))
    return lines


class Check(unittest.TestCase):
    maxDiff = None

    def check(self, program, status):
        done = agc("check", "--format=sarif", program)
        self.assertEqual(done.returncode, status, done.stderr)
        wanted, got = expected(program), found(json.loads(done.stdout))
        for line in sorted({*wanted, *got}):
            rest = list(got[line])
            for kind, text in wanted[line]:
                match = next((one for one in rest if one[0] == kind and text in one[1]), None)
                self.assertIsNotNone(match, f"{program}:{line}: expected {kind} {text!r}, got {got[line]}")
                rest.remove(match)
            self.assertEqual(rest, [], f"{program}:{line}: not expected")

    def test_each_error_has_its_notes_and_its_fix(self):
        self.check("errors.py", 1)

    def test_the_mistake_that_the_readme_shows(self):
        self.check("mistake.py", 1)

    def test_each_warning_has_its_notes_and_its_fix(self):
        self.check("regrets.py", 0)

    def test_parameters_are_named_as_the_program_names_them(self):
        done = checked("""import torch
from torch import nn

class Trainer:
    def __init__(self):
        self.net = nn.ModuleDict({"body": nn.Linear(2, 2)})
        self.net["head"] = nn.Linear(2, 2)
        self.scales = {"a": nn.Parameter(torch.ones(2))}

def optimizer_of_what_has_no_name():
    return torch.optim.SGD([*used.parameters(), nn.Parameter(torch.ones(2))], lr=0.1)

trainer, used = Trainer(), nn.Linear(2, 2)
unused, extra = nn.Linear(2, 2, bias=False), nn.Parameter(torch.ones(2))
layers = [nn.Linear(2, 2, bias=False)]
optimizer = torch.optim.SGD([*used.parameters(), *unused.parameters(), extra, *trainer.scales.values(),
                             *layers[0].parameters()], lr=0.1)
other = optimizer_of_what_has_no_name()
replaced = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2, bias=False))
last = torch.optim.SGD(replaced.parameters(), lr=0.1)
replaced[1] = nn.Identity()
trainer.net["body"](replaced(used(torch.ones(1, 2)))).sum().backward()
for p in unused.parameters():
    pass
""")
        told = sorted(re.findall("no loss reaches parameters? (.*) \\[", done.stderr))
        self.assertEqual(told, ["'Linear().weight'", "'extra'", "'layers[0].weight'", "'number 2'",
                                "'trainer.net.head.weight', 'trainer.net.head.bias'", "'trainer.scales['a']'",
                                "'unused.weight'"], done.stderr)

    def test_a_saved_tensor_is_not_made_anew_where_it_has_no_history(self):
        done = checked("import torch\n"
                       "x = torch.ones(2, requires_grad=True)\n"
                       "s = torch.sigmoid(x)\n"
                       "with torch.no_grad():\n"
                       "    s.clamp_(max=0.5)\n"
                       "s.sum().backward()\n")
        self.assertIn("write 's = s.clamp(max=0.5)' in front of the no_grad block", done.stderr)

    def test_a_result_in_a_checkpoint_comes_back_as_a_leaf(self):
        done = checked("import torch\n"
                       "w = torch.ones(2, requires_grad=True)\n"
                       "loss = (w * 2).sum()\n"
                       "torch.save({'loss': loss, 'again': [loss, w]}, 'checkpoint.pt')\n"
                       "saved = torch.load('checkpoint.pt')\n"
                       "print(saved['loss'].is_leaf, saved['loss'].requires_grad, saved['again'][0] is saved['loss'])\n"
                       "loss.backward()\n")
        self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "True True True\n", ""))

    def test_a_check_writes_no_file_of_the_program(self):
        with tempfile.TemporaryDirectory() as folder:
            log, new, path = [pathlib.Path(folder, name) for name in ("log.csv", "new.txt", "program.py")]
            log.write_text("kept\n")
            path.write_text("import pathlib, sys, torch\n"
                            "log, new = map(pathlib.Path, sys.argv[1:])\n"
                            "with open(log, 'a') as file:\n"
                            "    print(torch.ones(2).sum().item(), file=file)\n"
                            "print(log.read_text().splitlines())\n"
                            "new.write_text('first')\n"
                            "try:\n"
                            "    open(new, 'x')\n"
                            "except FileExistsError:\n"
                            "    print(open(new).read())\n"
                            "try:\n"
                            "    open(log.parent / 'absent' / 'file', 'w')\n"
                            "except FileNotFoundError:\n"
                            "    print('no folder')\n")
            done = agc("check", path, log, new)
            self.assertEqual(done.stdout, "['kept', '?']\nfirst\nno folder\n", done.stderr)
            self.assertEqual((log.read_text(), new.exists()), ("kept\n", False))

    def test_an_optimizer_of_a_module_that_was_replaced_is_told_of(self):
        done = checked("""import torch
net = torch.nn.Linear(3, 2)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
net = torch.nn.Linear(3, 4)
optimizer.zero_grad()
net(torch.ones(1, 3)).sum().backward()
optimizer.step()
""")
        self.assertEqual(done.stderr.count("warning: "), 1, done.stderr)
        self.assertIn("program.py:2:7: warning: no loss reaches parameters", done.stderr)
        self.assertIn("where another layer took its place, build the optimizer after that", done.stderr)

    def test_what_is_right_is_not_warned_of(self):
        self.check("clean.py", 0)

    def test_what_the_program_catches_is_a_remark(self):
        self.check("caught.py", 1)

    def test_unknown_numbers_print_as_question_marks_until_one_decides(self):
        self.check("unknown.py", 0)
        done = agc("check", "unknown.py")
        self.assertEqual(done.stdout, (FOLDER / "unknown.out").read_text())
        self.assertEqual(done.stderr.splitlines()[1:], ["   22 | if value > 1:  # expected: remark check-ends",
                                                        "      |    ^~~~~~~~~"])

    def test_an_if_on_a_value_is_passed_where_autograd_knows_nothing_of_it(self):
        self.check("branches.py", 1)
        self.assertEqual(agc("check", "branches.py").stdout, "2\n2\n")

    def test_more_ifs_within_each_other_than_python_takes_blocks(self):
        deep = "".join("    " * i + f"if torch.ones(1).item() > {-i}:\n" for i in range(15)) + "    " * 15 + "print('in')\n"
        chain = "if 1 > 2:\n    pass\n" + "".join(f"elif {i} > 90:\n    print({i})\n" for i in range(93))
        done = checked("import torch\n" + deep + chain)
        self.assertEqual((done.stdout, done.returncode), ("in\n91\n", 0), done.stderr)

    def test_what_training_programs_do_with_numbers_is_followed(self):
        self.check("habits.py", 1)

    def test_sizes_that_are_not_known_are_followed(self):
        self.check("sizes.py", 1)
        self.check("turns.py", 0)

    def test_a_library_that_needs_a_value_ends_the_check(self):
        self.check("library.py", 0)
        self.check("sized.py", 0)
        self.check("counted.py", 0)

    def test_text_has_the_line_and_a_caret(self):
        lines = agc("check", "caught.py").stderr.splitlines()
        at = lines.index("caught.py:12:5: remark: a leaf Variable that requires grad is being used in an in-place "
                         "operation. [leaf-written]")
        self.assertEqual([line.split("#")[0].rstrip() for line in lines[at + 1:at + 3]],
                         ["   12 |     w.zero_()", "      |     ^~~~~~~~~"])

    def test_a_sarif_log_is_whole(self):
        log = json.loads(agc("check", "--format=sarif", "errors.py").stdout)
        self.assertEqual((log["version"], len(log["runs"])), ("2.1.0", 1))
        self.assertTrue(log["$schema"].endswith("sarif-2.1.0.json"))
        run = log["runs"][0]
        rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
        self.assertEqual(rules, sorted(set(rules)))
        source = (FOLDER / "errors.py").read_text().splitlines()
        for result in run["results"]:
            self.assertIn(result["ruleId"], rules)
            self.assertIn(result["level"], ("error", "warning", "note"))
            self.assertTrue(result["message"]["text"])
            for location in result["locations"] + result["relatedLocations"]:
                place = location["physicalLocation"]
                self.assertEqual(place["artifactLocation"]["uri"], "errors.py")
                region = place["region"]
                self.assertLess((region["startLine"], region["startColumn"]), (region["endLine"], region["endColumn"]))
                self.assertLessEqual(region["endColumn"], len(source[region["endLine"] - 1]) + 1)

    def test_a_sarif_log_names_any_file(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "ä 50%.py")
            path.write_text("raise ValueError\n")
            found = [json.loads(subprocess.run([AGC, "check", "--format=sarif", name], cwd=folder, capture_output=True,
                                               text=True).stdout)["runs"][0]["results"][0]["locations"][0]
                     for name in (path.name, path)]
        uris = [location["physicalLocation"]["artifactLocation"]["uri"] for location in found]
        self.assertEqual(uris, ["%C3%A4%2050%25.py", f"file://{folder}/%C3%A4%2050%25.py"])

    def test_an_exception_of_the_program_is_an_error_at_its_line(self):
        with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
            file.write("import torch\nraise ValueError('of my own')\n")
            file.flush()
            done = agc("check", file.name)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{file.name}:2:1: error: ValueError: of my own [exception]", done.stderr)

    def test_an_interrupt_ends_the_check_as_python_ends(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.written(folder, program="import torch\nw = torch.ones(2)\nprint('begun', flush=True)\nwhile True:\n"
                                                "    w = w * 2\n")
            process = subprocess.Popen([AGC, "check", path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            process.stdout.readline()
            process.send_signal(signal.SIGINT)
            error = process.communicate(timeout=60)[1].splitlines()
        self.assertEqual((process.returncode, error[-1]), (-signal.SIGINT, "KeyboardInterrupt"))
        self.assertIn(f'  File "{path}", line ', "\n".join(error))

    def written(self, folder, **files):
        for name, text in files.items():
            pathlib.Path(folder, name + ".py").write_text(text)
        return pathlib.Path(folder, "program.py")

    def test_a_syntax_error_stands_where_the_file_cannot_be_read(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.written(folder, program="import torch\nä = 'ü'; w = = 2\n")
            done = agc("check", path)
        self.assertEqual(done.returncode, 1)
        lines = done.stderr.splitlines()
        self.assertEqual(lines[0], f"{path}:2:16: error: SyntaxError: invalid syntax [exception]")
        self.assertEqual(lines[2], "      |              ^")

    def test_modules_of_the_program_are_followed_too(self):
        with tempfile.TemporaryDirectory() as folder:
            path = self.written(folder, program="import helper\nhelper.train()\n", helper="""import torch

def train():
    w = torch.ones(2, requires_grad=True)
    loss = (torch.rand(2).sum() * w).sum()
    print("%.3f" % float(loss.detach()))
    w.mul_(2)
""")
            done = agc("check", path)
        self.assertEqual(done.returncode, 1)
        self.assertIn(f"{folder}/helper.py:7:5: error: a leaf Variable that requires grad", done.stderr)

    def test_a_fix_is_an_edit_where_it_can_be(self):
        with tempfile.TemporaryDirectory() as folder:
            text = """import torch
w = torch.ones(2, requires_grad=True)
a = w.exp()
b = w.exp(); b += 1  # ä
a[0] = 1
(a * a).sum().backward()
b.sum().backward()
"""
            path = self.written(folder, program=text)
            log = json.loads(agc("check", "--format=sarif", path).stdout)
            changed = text.splitlines()
            fixes = [fix for result in log["runs"][0]["results"] for fix in result.get("fixes", ())]
            for change in (fix["artifactChanges"][0] for fix in fixes):
                self.assertEqual(change["artifactLocation"]["uri"], f"file://{path}")
                one, = change["replacements"]
                region, line = one["deletedRegion"], one["deletedRegion"]["startLine"] - 1
                old = changed[line]
                changed[line] = (old[:region["startColumn"] - 1] + one["insertedContent"]["text"] +
                                 old[region["endColumn"] - 1:])
            path.write_text("\n".join(changed) + "\n")
            self.assertEqual(changed[3:5], ["b = w.exp(); b = b + 1  # ä", "a = a.clone()\na[0] = 1"])
            self.assertEqual(agc("check", path).returncode, 0)

    def test_usage(self):
        self.assertEqual(agc("check").returncode, 2)
        self.assertIn("usage: agc check", agc("check", "--help").stdout)
        self.assertIn("usage: agc explain", agc("explain", "--help").stdout)
        self.assertEqual(agc("check", "no-such-file.py").stderr, "agc: no-such-file.py: No such file or directory\n")


class Explain(unittest.TestCase):
    maxDiff = None

    def test_all_names(self):
        done = agc("explain", "graph.py")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertEqual(done.stdout, (FOLDER / "graph.out").read_text())

    def test_a_name_or_a_line(self):
        of_name, of_line = agc("explain", "graph.py", "forward.h").stdout, agc("explain", "graph.py", "11").stdout
        self.assertIn("TanhBackward0", of_name)
        for story in of_name.strip().split("\n\n"):
            self.assertIn(story, of_line)
        self.assertEqual(agc("explain", "graph.py", "absent").stderr, "agc: graph.py: no tensor is called 'absent'\n")

    def test_an_exception_of_the_program_is_told(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program.py")
            path.write_text("import torch\nw = torch.ones(2, requires_grad=True)\n{}['lost']\n")
            done = agc("explain", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn("program.py:3:1: error: KeyError: 'lost'", done.stderr)
            self.assertTrue(done.stdout.startswith("w: float32[2]"))
            path.write_text("w = (\n")
            done = agc("explain", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn("program.py:1:5: error: SyntaxError: '(' was never closed", done.stderr)
            self.assertNotIn("no tensor", done.stderr)

    def test_options_stand_before_and_behind_the_program_and_a_name(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "graph.svg"
            for arguments in ((f"--svg={path}", "graph.py", "loss"), ("graph.py", "--svg", path, "loss"),
                              ("graph.py", "loss", f"--svg={path}")):
                done = agc("explain", *arguments)
                self.assertTrue(done.stdout.startswith("loss: float32[]"), done.stdout + done.stderr)
                self.assertTrue(path.read_text().startswith("<svg"))
                path.unlink()

    def test_a_graph_does_not_take_its_programs_place(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program.py")
            path.write_text("import torch\nw = torch.ones(3, requires_grad=True)\n")
            done = agc("explain", f"--svg={folder}/../{pathlib.Path(folder).name}/program.py", path)
            self.assertEqual(done.returncode, 1)
            self.assertIn("is the program itself: give another output", done.stderr)
            self.assertTrue(path.read_text().startswith("import torch"))

    def test_names_lead_through_objects_and_modules(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program.py")
            path.write_text("""import torch

class Holder:
    def __init__(self):
        self.inner = {"a": torch.ones(1)}

holder, net = Holder(), torch.nn.Linear(2, 3)
plain = torch.nn.Parameter(torch.ones(1), requires_grad=False)
""")
            self.assertIn("holder.inner['a']: float32[1]", agc("explain", path, "holder").stdout)
            self.assertEqual(agc("explain", path, "holder.inner.a").stdout, agc("explain", path, "holder.inner['a']").stdout)
            told = agc("explain", path, "net").stdout
            self.assertIn("net.weight: float32[3, 2]", told)
            self.assertIn("net.bias: float32[3]", told)
            self.assertIn("None: requires_grad is set to False here (line 8)", agc("explain", path, "plain").stdout)

    def test_no_gradient_has_its_reason(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program.py")
            path.write_text("""import torch
asked = torch.ones(2, requires_grad=True)
torch.autograd.grad(asked.sum(), asked)
frozen = torch.nn.Parameter(torch.ones(2))
frozen.requires_grad_(False)
kept = asked * 2
kept.retain_grad()
""")
            told = agc("explain", path).stdout
        self.assertIn("None: autograd.grad gives its gradient here, and fills no slot (line 3)", told)
        self.assertIn("None: requires_grad is set to False here (line 5)", told)
        self.assertIn("None: no backward begins at it (line 6)", told)

    def test_lines_from_one_tensor_share_a_lane(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "program.py")
            path.write_text("import torch\nw = h = torch.ones(4, requires_grad=True)\nfor _ in range(20):\n"
                            "    h = torch.tanh(h * 1.1) + w\nh.sum().backward()\n")
            agc("explain", f"--svg={path}.svg", path)
            width = re.search(r'<svg[^>]* width="(\d+)"', pathlib.Path(f"{path}.svg").read_text())[1]
        self.assertLess(int(width), 1100)

    def test_the_picture_has_both_sides_and_what_is_kept(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder) / "graph.svg"
            done = agc("explain", f"--svg={path}", "graph.py")
            self.assertEqual((done.returncode, done.stdout, done.stderr), (0, "", ""))
            picture = path.read_text()
        import xml.etree.ElementTree as xml
        texts = [element.text for element in xml.fromstring(picture).iter("{http://www.w3.org/2000/svg}text")]
        for text in ("loss = mean", "MeanBackward0", "TanhBackward0", "saves forward.h", "net.fc.weight", "net.fc.weight.grad",
                     "freed at line 19"):
            self.assertIn(text, texts)


if __name__ == "__main__":
    unittest.main()
