"""A program that runs while it is traced."""
import unittest

import agc as torch


class Session(unittest.TestCase):
    def test_an_address_that_came_again_is_another_value(self):
        for i in range(300):
            run = torch.tensor([float(i), 1.0])
            self.assertEqual((run * 2).tolist(), [2 * i, 2])
            made = [torch.tensor([float(i + j)]) for j in range(3)]
            self.assertEqual([t.item() for t in made], [i, i + 1, i + 2])


if __name__ == "__main__":
    unittest.main()
