"""Hooks on tensors: expected calls and gradients are PyTorch's."""
import unittest

import agc as torch


class Hooks(unittest.TestCase):
    def test_a_hook_of_a_leaf_replaces_its_gradient_before_it_is_added(self):
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        handle = x.register_hook(lambda g: g * 10)
        (x * x).sum().backward()
        self.assertEqual(x.grad.tolist(), [20, 40])
        held = x.grad
        (x * 3).sum().backward()
        self.assertEqual(x.grad.tolist(), [50, 70])
        self.assertIs(x.grad, held)
        handle.remove()
        (x * 3).sum().backward()
        self.assertEqual(x.grad.tolist(), [53, 73])

    def test_hooks_of_results_run_in_the_order_of_the_backward(self):
        seen = []
        x = torch.tensor([1.0], requires_grad=True)
        a = x * 2
        b = a * 3
        x.register_hook(lambda g: seen.append(("x", g.item())))
        a.register_hook(lambda g: seen.append(("a", g.item())))
        a.register_hook(lambda g: g + 1)
        a.register_hook(lambda g: seen.append(("again", g.item())))
        b.register_hook(lambda g: seen.append(("b", g.item())))
        b.sum().backward()
        self.assertEqual(seen, [("b", 1), ("a", 3), ("again", 4), ("x", 8)])
        self.assertEqual(x.grad.item(), 8)

    def test_a_hook_that_only_looks_changes_nothing(self):
        seen = []
        x = torch.tensor([1.0, 2.0], requires_grad=True)
        h = x * 3
        h.register_hook(lambda g: seen.append(g.tolist()))
        (h * h + x).sum().backward()
        self.assertEqual(seen, [[6, 12]])
        self.assertEqual(x.grad.tolist(), [19, 37])

    def test_a_replaced_gradient_beside_other_ways_to_a_leaf_takes_the_place_of_its_own_alone(self):
        x = torch.tensor([1.0], requires_grad=True)
        h = x * 3
        h.register_hook(lambda g: g * 2)
        (h * x).sum().backward()
        self.assertEqual(x.grad.item(), 9)

    def test_grad_gives_what_came_to_an_input_and_passes_on_what_its_hooks_gave(self):
        x, y = torch.tensor([1.0], requires_grad=True), torch.tensor([2.0], requires_grad=True)
        h = x * 3
        h.register_hook(lambda g: g * 2)
        found = torch.autograd.grad((h * y).sum(), [h, y], retain_graph=True)
        self.assertEqual([g.tolist() for g in found], [[4], [3]])
        found = torch.autograd.grad((h * y).sum(), [h, x])
        self.assertEqual([g.tolist() for g in found], [[2], [12]])

    def test_an_in_place_op_leaves_hooks_where_they_are_and_takes_a_retained_gradient_along(self):
        for steps, retained, leaf in [("gw", [1, 1], [6, 6]), ("hwg", [1, 1], [30, 30]), ("ghw", [1, 1], [30, 30]),
                                      ("gwh", [5, 5], [30, 30]), ("whg", [5, 5], [30, 30])]:
            x = torch.ones(2, requires_grad=True)
            y = x * 2
            for step in steps:
                {"g": y.retain_grad, "h": lambda: y.register_hook(lambda g: g * 5), "w": lambda: y.mul_(3)}[step]()
            y.sum().backward()
            self.assertEqual((y.grad.tolist(), x.grad.tolist()), (retained, leaf), steps)

    def test_hooks_of_one_tensor_lie_at_each_node_that_it_had(self):
        seen = []
        x = torch.ones(1, requires_grad=True)
        y = x * 2
        y.register_hook(lambda g: (seen.append(("a", g.item())), g * 5)[1])
        y.mul_(3)
        y.register_hook(lambda g: (seen.append(("b", g.item())), g * 7)[1])
        y.sum().backward()
        self.assertEqual(seen, [("b", 1), ("a", 21)])
        self.assertEqual(x.grad.item(), 210)

    def test_hooks_of_leaves_and_functions_run_in_the_order_of_the_engine(self):
        seen = []

        class Double(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x * 2

            @staticmethod
            def backward(ctx, g):
                seen.append(("double", g.item()))
                return g * 2

        x, w = torch.ones(1, requires_grad=True), torch.ones(1, requires_grad=True)
        a = x * 3
        b = Double.apply(a)
        c = b * w
        x.register_hook(lambda g: seen.append(("x", g.item())))
        w.register_hook(lambda g: seen.append(("w", g.item())))
        w.register_post_accumulate_grad_hook(lambda t: seen.append(("slot", t.grad.item())))
        a.register_hook(lambda g: seen.append(("a", g.item())))
        b.register_hook(lambda g: seen.append(("b", g.item())))
        c.sum().backward()
        self.assertEqual(seen, [("w", 6), ("slot", 6), ("b", 1), ("double", 1), ("a", 2), ("x", 6)])

    def test_hooks_run_again_with_a_graph_that_is_kept_and_one_that_saves_nothing(self):
        for retain, op in [(True, lambda x: x * 2), (False, lambda x: x + 1)]:
            seen = []
            x = torch.ones(1, requires_grad=True)
            y = op(x)
            y.register_hook(lambda g: seen.append(g.item()))
            s = y.sum()
            s.backward(retain_graph=retain)
            s.backward()
            self.assertEqual(seen, [1, 1])

    def test_a_prehook_of_a_node_sees_and_replaces_what_comes_to_it(self):
        seen = []
        x = torch.ones(1, requires_grad=True)
        y = x * 3
        y.grad_fn.register_prehook(lambda gs: (seen.append(gs[0].item()), (gs[0] * 2,))[1])
        y.register_hook(lambda g: g * 10)
        y.sum().backward()
        self.assertEqual((seen, x.grad.item()), ([10], 60))
        y = x * 3
        y.grad_fn.register_prehook(lambda gs: gs[0])
        with self.assertRaisesRegex(TypeError, "expected tuple, but hook returned 'Tensor'"):
            y.sum().backward()

    def test_what_a_hook_gives_must_fit(self):
        for hook, error, text in [(lambda g: 5, TypeError, "expected Variable, but hook returned 'int'"),
                                  (lambda g: g[:1], RuntimeError, "hook '<lambda>' has changed the size of value"),
                                  (lambda g: g.double(), RuntimeError, "hook '<lambda>' has changed the type of value "
                                                                       r"\(was torch.FloatTensor got torch.DoubleTensor\)")]:
            y = torch.ones(2, requires_grad=True) * 2
            y.register_hook(hook)
            with self.assertRaisesRegex(error, text):
                y.sum().backward()

    def test_a_gradient_edge_stays_where_it_was(self):
        x = torch.ones(2, requires_grad=True)
        y = x * 2
        z = y * 3
        at_y, at_z = map(torch.autograd.graph.get_gradient_edge, (y, z))
        y.mul_(2)
        found = torch.autograd.grad(at_z, [at_y, x], grad_outputs=torch.ones(2))
        self.assertEqual([g.tolist() for g in found], [[3, 3], [6, 6]])
        with self.assertRaisesRegex(RuntimeError, "It is not possible to get the gradient edge for a Tensor that does not "
                                                  "require gradients"):
            torch.autograd.graph.get_gradient_edge(torch.ones(2))

    def test_a_hook_after_accumulation_sees_the_sum(self):
        seen = []
        x = torch.tensor([2.0], requires_grad=True)
        x.register_post_accumulate_grad_hook(lambda t: seen.append(t.grad.item()))
        (x * x).sum().backward()
        (x * x).sum().backward()
        self.assertEqual(seen, [4, 8])

    def test_grad_gives_what_the_hooks_give(self):
        x = torch.tensor([2.0], requires_grad=True)
        x.register_hook(lambda g: g * 2)
        (gradient,) = torch.autograd.grad((x * x).sum(), x)
        self.assertEqual(gradient.item(), 8)
        self.assertIsNone(x.grad)

    def test_what_requires_no_gradient_has_no_hook(self):
        with self.assertRaisesRegex(RuntimeError, "cannot register a hook on a tensor that doesn't require gradient"):
            torch.ones(1).register_hook(print)


if __name__ == "__main__":
    unittest.main()
