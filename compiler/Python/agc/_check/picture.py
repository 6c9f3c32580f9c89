"""The graph as a picture: forward and backward side by side, a row for each step in the program's order."""
import html
import linecache

ROW, BOX, HEIGHT, LANE = 54, 200, 34, 12  # pixels: between rows, a box's width and height, between lanes
LONGEST = 100  # rows
FORWARD, BACKWARD, SAVED, PLAIN = "#1f5fa8", "#b3541e", "#7a3fa0", "#777777"


class _Lanes:
    """Columns for the lines beside boxes: two that share rows never share one."""

    def __init__(self):
        self.taken = []

    def take(self, first, last):
        """The number of a lane that is free between two rows."""
        first, last = min(first, last), max(first, last)
        for number, spans in enumerate(self.taken):
            if all(last <= a or first >= b for a, b in spans):
                spans.append((first, last))
                return number
        self.taken.append([(first, last)])
        return len(self.taken) - 1


def _lanes(edges, end):
    """By the box at one end, the lane that all its lines share; and how many lanes there are."""
    spans = {}
    for edge in edges:
        if abs(edge[0] - edge[1]) > 1:
            spans.setdefault(edge[end], set()).update(edge)
    lanes = _Lanes()
    shortest = sorted(spans.items(), key=lambda item: (max(item[1]) - min(item[1]), item[0]))
    return {row: lanes.take(min(rows), max(rows)) for row, rows in shortest}, len(lanes.taken)


def _cut(text, length):
    text = " ".join(text.split())
    return text if len(text) <= length else text[:length - 1] + "…"


def _end(text, length):
    """A name by its end, which tells it from others."""
    return text if len(text) <= length else "…" + text[1 - length:]


def _size(number):
    for unit in ("B", "KiB", "MiB"):
        if number < 1024 or unit == "MiB":
            return f"{number:.0f} {unit}" if number == int(number) else f"{number:.1f} {unit}"
        number /= 1024


class _Picture:
    def __init__(self, explanation):
        self.story = explanation
        self.rows = self._rows()
        self.steps = len(self.rows)
        if self.steps > LONGEST:
            self.rows = self._last(self.rows)
        if len(self.rows) > 40:
            self.rows = self._near(self.rows)
        self.row_of = {tensor.id: i for i, tensor in enumerate(self.rows)}
        self.row_of_node = {}
        for i, tensor in enumerate(self.rows):
            if tensor.node:
                self.row_of_node.setdefault(tensor.node, i)
        self.parts = []

    def _rows(self):
        """The tensors of the graph: with a history, and what these are computed from."""
        tensors = self.story.tensors
        used = {identity for tensor in tensors if not tensor.is_leaf for identity in tensor.inputs}
        return [tensor for tensor in tensors if not tensor.is_leaf or tensor.id in used or tensor.node]

    @staticmethod
    def _last(rows):
        """The end of a long program, with the leaves that it uses."""
        results = [tensor for tensor in rows if not tensor.is_leaf][-LONGEST * 3 // 4:]
        used = {identity for tensor in results for identity in tensor.inputs}
        first = next((i for i, tensor in enumerate(rows) if results and tensor.id == results[0].id), 0)
        kept = [tensor for i, tensor in enumerate(rows) if tensor.id in used and tensor.is_leaf or
                i >= first and not tensor.is_leaf]
        return kept[-LONGEST * 2:]

    @staticmethod
    def _near(rows):
        """Leaves of a large graph stand where they are first used."""
        order, leaves = [], {tensor.id: tensor for tensor in rows if tensor.is_leaf}
        for tensor in rows:
            if not tensor.is_leaf:
                order += [leaves.pop(identity) for identity in tensor.inputs if identity in leaves]
                order.append(tensor)
        return order + list(leaves.values())

    # ------------------------------------------------------------ drawing

    def _y(self, row):
        return 96 + row * ROW

    def _text(self, x, y, text, anchor="middle", color="#222", size=12, style=""):
        self.parts.append(f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{color}" font-size="{size}"{style}>'
                          f"{html.escape(text)}</text>")

    def _box(self, x, row, lines, color, fill, dash=""):
        y = self._y(row) - HEIGHT / 2
        self.parts.append(f'<rect x="{x}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="5" fill="{fill}" '
                          f'stroke="{color}" stroke-width="1.5"{dash}/>')
        if len(lines) == 1:
            self._text(x + BOX / 2, y + 21, lines[0], color=color)
        else:
            self._text(x + BOX / 2, y + 14, lines[0], color=color, style=' font-weight="bold"')
            self._text(x + BOX / 2, y + 28, lines[1], color="#444", size=11)

    def _beside(self, x, side, lane, from_row, to_row, color):
        """A line from one box to another of the same column, around those between."""
        a = self._y(from_row) + (5 if to_row > from_row else -5)
        b = self._y(to_row) - (5 if to_row > from_row else -5)
        out, bend = x + side * (10 + LANE * (lane + 1)), 6 if b > a else -6
        self.parts.append(
            f'<path d="M {x} {a} H {out - side * 6} Q {out} {a} {out} {a + bend} V {b - bend} Q {out} {b} '
            f'{out - side * 6} {b} H {x + side * 2}" fill="none" stroke="{color}" stroke-width="1.3" '
            f'marker-end="url(#{color[1:]})"/>')

    def _straight(self, x, from_row, to_row, color):
        down = 1 if to_row > from_row else -1
        a, b = self._y(from_row) + down * HEIGHT / 2, self._y(to_row) - down * (HEIGHT / 2 + 2)
        self.parts.append(f'<line x1="{x}" y1="{a}" x2="{x}" y2="{b}" stroke="{color}" stroke-width="1.3" '
                          f'marker-end="url(#{color[1:]})"/>')

    def _edges(self, edges, x, side, color):
        """Lines within a column: straight between neighbours, else in lanes; how many these are."""
        lanes, count = _lanes(edges, 0 if side < 0 else 1)
        for edge in sorted(set(edges)):
            if abs(edge[0] - edge[1]) == 1:
                self._straight(x + BOX / 2, *edge, color)
            else:
                self._beside(x if side < 0 else x + BOX, side, lanes[edge[0 if side < 0 else 1]], *edge, color)
        return count

    # ------------------------------------------------------------ the parts

    def _forward_edges(self):
        return [(self.row_of[identity], i) for i, tensor in enumerate(self.rows) for identity in tensor.inputs
                if identity in self.row_of]

    def _backward_edges(self):
        edges = []
        for identity, row in self.row_of_node.items():
            for following in self._next(identity):
                if following in self.row_of_node:
                    edges.append((row, self.row_of_node[following]))
        return [(a, b) for a, b in edges if a != b]

    def _next(self, identity, seen=None):
        """The nodes that a gradient goes on to, through those that have no row."""
        seen = set() if seen is None else seen
        for following in self.story.nodes[identity].next:
            if following in self.row_of_node:
                yield following
            elif following not in seen:
                seen.add(following)
                yield from self._next(following, seen)

    def _tensor(self, x, row, tensor):
        name = (self.story.names.of(tensor.id) or [""])[0]
        op = "" if tensor.is_leaf and name else tensor.op
        title = " = ".join(part for part in (name, op) if part) or "a leaf"
        color = FORWARD if tensor.requires_grad else PLAIN
        fill = "#e4f3e4" if tensor.is_leaf and tensor.requires_grad else "#eef4fb" if tensor.requires_grad else "#f4f4f4"
        self._box(x, row, [_end(title, 25), _cut(self.story.shape_of(tensor), 26)], color, fill)

    def _node(self, x, row, tensor):
        node = self.story.nodes.get(tensor.node)
        if node is None:
            return
        dash = "" if node.is_executed else ' stroke-dasharray="4 3"'
        if tensor.is_leaf:
            name = (self.story.names.of(tensor.id) or ["leaf"])[0]
            state = "None" if not tensor.grad else "filled"
            self._box(x, row, [_end(f"{name}.grad", 25), state], BACKWARD, "#e4f3e4" if tensor.grad else "#ffffff", dash)
            return
        freed = f"freed at line {node.freed_by[1]}" if node.freed_by else "holds its graph"
        if not node.saved:
            freed = "saves nothing"
        self._box(x, row, [_cut(node.name, 26), freed], BACKWARD, "#fdf1ea", dash)
        if self.row_of_node[tensor.node] == row:
            self._saved(x, row, node)

    def _saved(self, x, row, node):
        """What a node keeps, on the line between the two columns."""
        kept = [self.story.by_id[identity] for identity, _ in node.saved if identity in self.story.by_id]
        if not kept:
            return
        y, left = self._y(row), self.middle
        names = [(self.story.names.of(tensor.id) or [tensor.op or "tensor"])[0] for tensor in kept]
        self.parts.append(f'<line x1="{left}" y1="{y}" x2="{x - 2}" y2="{y}" stroke="{SAVED}" stroke-width="1.2" '
                          f'stroke-dasharray="5 3" marker-end="url(#{SAVED[1:]})"/>')
        size = sum(tensor.bytes for tensor in {tensor.id: tensor for tensor in kept}.values())
        self._text((left + x) / 2, y - 6, _cut(f"saves {', '.join(dict.fromkeys(names))}", 26), color=SAVED, size=11)
        self._text((left + x) / 2, y + 14, _size(size), color=SAVED, size=11)

    def draw(self):
        """The whole document."""
        lines = [_cut(linecache.getline(tensor.place[0], tensor.place[1]), 46) for tensor in self.rows]
        source = 44 + max([7 * len(line) for line in lines], default=0)
        forward = source + 24 + LANE * (_lanes(self._forward_edges(), 0)[1] + 1)
        self.middle = forward + BOX
        backward = self.middle + 190
        self._edges(self._forward_edges(), forward, -1, FORWARD)
        lanes = self._edges(self._backward_edges(), backward, 1, BACKWARD)
        shown = None
        for row, (tensor, line) in enumerate(zip(self.rows, lines)):
            if tensor.place[:2] != shown:
                self._text(30, self._y(row) + 4, str(tensor.place[1]), anchor="end", color="#999")
                self._text(40, self._y(row) + 4, line, anchor="start",
                           style=' font-family="DejaVu Sans Mono, monospace"', size=11)
            shown = tensor.place[:2]
            self._tensor(forward, row, tensor)
            self._node(backward, row, tensor)
        width, height = backward + BOX + 40 + LANE * (lanes + 1), self._y(len(self.rows)) + 40
        return self._document(width, height, forward, backward)

    def _document(self, width, height, forward, backward):
        head = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
                f'viewBox="0 0 {width:.0f} {height:.0f}" font-family="DejaVu Sans, Helvetica, sans-serif">', "<defs>"]
        for color in (FORWARD, BACKWARD, SAVED):
            head.append(f'<marker id="{color[1:]}" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
                        f'markerHeight="7" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill="{color}"/></marker>')
        head += ["</defs>", f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>']
        body, self.parts = self.parts, []
        self._text(40, 30, self.story.path, anchor="start", size=14, style=' font-weight="bold"')
        self._text(40, 58, "program", anchor="start", color="#999")
        self._text(forward + BOX / 2, 58, "forward ↓", color=FORWARD, size=13)
        self._text((self.middle + backward) / 2, 58, "kept for backward →", color=SAVED, size=11)
        self._text(backward + BOX / 2, 58, "backward ↑", color=BACKWARD, size=13)
        legend = "green: a leaf that requires grad · grey: no gradient · dashed box: no backward has passed it"
        if self.steps > len(self.rows):
            legend = f"the last {len(self.rows)} of {self.steps} steps · " + legend
        self._text(40, height - 20, legend, anchor="start", color="#777", size=11)
        return "\n".join(head + self.parts + body + ["</svg>", ""])


def svg(explanation):
    """An explanation as an SVG document."""
    return _Picture(explanation).draw()
