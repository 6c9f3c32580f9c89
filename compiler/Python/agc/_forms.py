"""The functions that PyTorch has in several forms, and how many arguments each form takes: its parser names the argument that is
wrong where one form alone takes so many, and else says what it got."""


def _table(text):
    """For each name the least and the greatest number of arguments of each form."""
    table = {}
    for word in text.split():
        if word.endswith(":"):
            forms = [tuple(map(int, form.split("-"))) for form in word[:-1].split(",")]
        else:
            table[word] = forms
    return table


_FUNCTIONS = _table("""
0-0,1-1: is_autocast_enabled
1-1,2-2: round_
1-1,2-2,2-2: squeeze
1-1,2-4: median nanmedian
1-1,3-3,3-3,3-3,3-4: where
1-2,1-4,2-4: all any std_mean var_mean
1-2,1-5,2-5: std var
1-2,2-2: count_nonzero
1-2,2-3: round
1-2,2-3,2-3: squeeze_copy
1-2,2-3,2-4: max min
1-2,2-4,2-4: repeat_interleave
1-2,2-5: prod sum
1-3,1-3: clamp_ clip_
1-3,2-3: bernoulli cumulative_trapezoid trapezoid trapz
1-3,2-5: argsort mean
1-4,1-4: clamp clip
1-4,2-3,2-4,2-4,3-4,3-4,3-4: gradient
1-4,2-4,2-4,3-10: normal
1-4,2-5: sort
1-6,2-6: linalg_matrix_norm linalg_norm
1-6,2-7: bartlett_window blackman_window hann_window
1-6,2-7,3-8: kaiser_window
1-6,2-7,3-8,4-9: hamming_window
1-7,2-7,2-9: arange
1-7,2-8: eye rand rand_like randn randn_like randperm
2-2,2-2: clamp_max_ clamp_min_ dsplit fill hsplit vsplit xlogy_
2-2,2-2,2-2,2-2: result_type
2-2,2-3: floor_divide multiply true_divide
2-2,2-3,2-3: bitwise_and bitwise_left_shift bitwise_or bitwise_right_shift bitwise_xor remainder
2-2,2-3,3-3,3-4: divide
2-3,2-3: clamp_max clamp_min copysign eq fmod ge greater greater_equal gt le less less_equal lt ne not_equal rsub
  view_copy
2-3,2-3,2-3: float_power pow special_xlog1py special_xlogy tensor_split xlogy
2-3,2-4: subtract
2-3,3-3,3-4: div
2-3,3-4: bmm mm
2-4,2-5: bucketize
2-5,2-5,2-5: isin
2-6,2-6: nanquantile quantile
2-7,2-7: conv1d conv2d conv3d searchsorted
2-8,2-8,3-9,3-9,3-9,4-10: randint_like
2-8,3-9,3-9,4-10: randint
3-3,3-3: masked_fill moveaxis movedim
3-4,3-4: lerp
3-6,4-7: addmm baddbmm
3-8,9-9: embedding_bag
3-9,3-9,3-9,3-9: linspace
3-10,3-10,3-10,3-10: logspace
4-4,4-4: index_fill narrow
4-5,4-5,5-6,5-6: scatter""")

_METHODS = _table("""
0-0,0-2,1-2: all any
0-0,1-1: nonzero round round_
0-0,1-1,1-1: squeeze squeeze_
0-0,1-1,1-2: max min
0-1,0-3,1-3: std var
0-1,1-1: count_nonzero
0-1,1-2: bernoulli
0-1,1-2,2-3: random_
0-1,1-3: mean prod sum
0-2,0-2: clamp clamp_ clip clip_
0-2,1-2: bernoulli_
0-2,1-3: argsort sort
0-5,1-4,1-4: to
1-1,1-1: bitwise_and bitwise_and_ bitwise_left_shift bitwise_left_shift_ bitwise_or bitwise_or_ bitwise_right_shift
  bitwise_right_shift_ bitwise_xor bitwise_xor_ clamp_max clamp_max_ clamp_min clamp_min_ copysign copysign_ dsplit eq
  eq_ fill_ float_power float_power_ floor_divide floor_divide_ fmod fmod_ ge ge_ greater greater_ greater_equal
  greater_equal_ gt gt_ hsplit le le_ less less_ less_equal less_equal_ lt lt_ multiply multiply_ ne ne_ not_equal
  not_equal_ pow pow_ remainder remainder_ true_divide true_divide_ view vsplit xlogy xlogy_
1-1,1-1,2-2,2-2: divide divide_
1-1,2-2,2-2: div div_
1-2,1-2: subtract subtract_
1-2,1-2,1-2: tensor_split
1-3,1-3: repeat_interleave
1-4,1-4: nanquantile quantile
2-2,2-2: lerp lerp_ masked_fill masked_fill_ moveaxis movedim where
3-3,3-3: index_fill index_fill_ narrow
3-3,3-3,4-4,4-4: scatter scatter_""")


def has_one_left(name, is_method, count):
    """Whether one form alone of PyTorch's function, or method, of a name takes so many arguments."""
    forms = (_METHODS if is_method else _FUNCTIONS).get(name)
    return forms is None or sum(least <= count <= most for least, most in forms) == 1
