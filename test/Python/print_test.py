"""Tensors print as PyTorch prints them."""
import json
import unittest

import agc as torch
import print_cases


class Print(unittest.TestCase):
    maxDiff = None

    def test_texts_are_those_of_pytorch(self):
        with open(print_cases.RECORDED) as file:
            expected = json.load(file)
        found = print_cases.printed(torch)
        self.assertEqual(list(found), list(expected))
        for name, texts in expected.items():
            with self.subTest(name):
                self.assertEqual(found[name], texts)

    def test_format_of_a_tensor_with_dims_is_an_error(self):
        with self.assertRaisesRegex(TypeError, "unsupported format string passed to Tensor.__format__"):
            f"{torch.ones(2):.2f}"


if __name__ == "__main__":
    unittest.main()
