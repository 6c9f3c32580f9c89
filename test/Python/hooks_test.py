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

    def test_a_replaced_gradient_beside_other_ways_to_a_leaf_is_refused(self):
        x = torch.tensor([1.0], requires_grad=True)
        h = x * 3
        h.register_hook(lambda g: g * 2)
        with self.assertRaisesRegex(NotImplementedError, "a hook that replaces the gradient of a result"):
            (h * x).sum().backward()

    def test_a_replaced_gradient_of_an_input_that_another_input_is_reached_through_is_refused(self):
        x, y = torch.tensor([1.0], requires_grad=True), torch.tensor([2.0], requires_grad=True)
        h = x * 3
        handle = h.register_hook(lambda g: g * 2)
        self.assertEqual(torch.autograd.grad((h * y).sum(), [h, y])[0].tolist(), [4])
        with self.assertRaisesRegex(NotImplementedError, "a hook that replaces the gradient of an input of grad()"):
            torch.autograd.grad((h * y).sum(), [h, x], retain_graph=True)
        handle.remove()
        h.register_hook(lambda g: None)
        self.assertEqual([g.tolist() for g in torch.autograd.grad((h * y).sum(), [h, x])], [[2], [6]])

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
