"""Equal seeds draw what PyTorch draws."""
import json
import unittest

import agc as torch
import random_cases


class Random(unittest.TestCase):
    def test_numbers_are_those_of_pytorch(self):
        with open(random_cases.RECORDED) as file:
            expected = json.load(file)
        found = random_cases.drawn(torch)
        self.assertEqual(list(found), list(expected))
        for name, _, tolerance in random_cases.cases(torch):
            with self.subTest(name):
                (values, after), (right, right_after) = found[name], expected[name]
                self.assertEqual(after, right_after, "as many numbers are drawn")
                self.assertEqual(len(values), len(right))
                for a, b in zip(values, right):
                    self.assertLessEqual(abs(a - b), tolerance * max(1, abs(b)))

    def test_state_goes_back(self):
        torch.manual_seed(3)
        torch.randn(3)  # leaves half a pair
        state = torch.get_rng_state()
        self.assertEqual((state.dtype, state.numel()), (torch.uint8, 5056))
        first = torch.randn(5).tolist()
        torch.set_rng_state(state)
        self.assertEqual(torch.randn(5).tolist(), first)
        torch.set_rng_state(state)
        with torch.random.fork_rng():
            torch.randn(3)
        self.assertEqual(torch.randn(5).tolist(), first)

    def test_bad_state_is_an_error(self):
        with self.assertRaisesRegex(RuntimeError, "RNG state is wrong size"):
            torch.set_rng_state(torch.zeros(7, dtype=torch.uint8))
        with self.assertRaisesRegex(RuntimeError, "Invalid mt19937 state"):
            torch.set_rng_state(torch.zeros(5056, dtype=torch.uint8))
        with self.assertRaisesRegex(TypeError, "RNG state must be a torch.ByteTensor"):
            torch.set_rng_state(torch.zeros(5056))

    def test_seeds(self):
        self.assertEqual(torch.manual_seed(-1).initial_seed(), 2 ** 64 - 1)
        self.assertEqual(torch.initial_seed(), 2 ** 64 - 1)
        with self.assertRaisesRegex(ValueError, "Overflow when unpacking long"):
            torch.manual_seed(2 ** 64)
        self.assertNotEqual(torch.seed(), torch.seed())

    def test_a_generator_is_a_stream_of_its_own(self):
        first, second = torch.Generator().manual_seed(5), torch.Generator().manual_seed(5)
        torch.manual_seed(5)
        expected = torch.rand(3).tolist()
        self.assertEqual(torch.rand(3, generator=first).tolist(), expected)
        self.assertEqual(torch.zeros(3).uniform_(generator=second).tolist(), expected)
        self.assertNotEqual(torch.rand(3).tolist(), expected)

    def test_wrong_arguments(self):
        for text, call in [
                ("'from' to be less than 'to', but got from=3 >= to=3", lambda: torch.randint(3, 3, (2,))),
                ("found from=2 > to=1", lambda: torch.zeros(2).uniform_(2, 1)),
                ("std >= 0.0, but found std -1", lambda: torch.zeros(2).normal_(0, -1)),
                (r"p to be in \[0, 1\], but got p=2", lambda: torch.zeros(2).bernoulli_(2)),
                ("without replacement", lambda: torch.multinomial(torch.ones(2), 3)),
                ("element < 0", lambda: torch.multinomial(torch.tensor([-1.0, 2.0]), 1)),
                ("a leaf Variable that requires grad", lambda: torch.zeros(2, requires_grad=True).uniform_())]:
            with self.subTest(text), self.assertRaisesRegex(RuntimeError, text):
                call()


if __name__ == "__main__":
    unittest.main()
