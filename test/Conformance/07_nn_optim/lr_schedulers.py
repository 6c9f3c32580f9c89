# Learning rates of every scheduler, step by step, to the last bit
import torch
from torch import optim
from torch.optim import lr_scheduler as S


def show(name, make, steps=14, groups=2, argument=None, kind=optim.SGD, **options):
    made = kind([{"params": [torch.ones(1, requires_grad=True)], "lr": 0.1 * (i + 1)} for i in range(groups)], lr=0.3,
                **options)
    try:
        schedule = make(made)
    except Exception as error:
        print(name, type(error).__name__, error)
        return
    print(name)
    for i in range(steps):
        print([(group["lr"], group.get("momentum")) for group in made.param_groups])
        made.step()
        schedule.step() if argument is None else schedule.step(argument(i))
    print(schedule.get_last_lr())


show("step", lambda o: S.StepLR(o, 3))
show("multi step", lambda o: S.MultiStepLR(o, [2, 5, 5, 9], 0.5))
show("exponential", lambda o: S.ExponentialLR(o, 0.9))
show("cosine", lambda o: S.CosineAnnealingLR(o, 5, 0.01))
show("lambda", lambda o: S.LambdaLR(o, [lambda e: 0.95 ** e, lambda e: e]))
show("multiplicative", lambda o: S.MultiplicativeLR(o, lambda e: 0.95))
show("linear", lambda o: S.LinearLR(o, 0.25, 1, 4))
show("constant", lambda o: S.ConstantLR(o, 0.5, 4))
show("polynomial", lambda o: S.PolynomialLR(o, 4, 2.0))
show("restarts", lambda o: S.CosineAnnealingWarmRestarts(o, 3, 2, 0.01), 25)
show("restarts at fractions", lambda o: S.CosineAnnealingWarmRestarts(o, 3, 2), argument=lambda i: i * 0.7)
show("one after the other", lambda o: S.SequentialLR(
    o, [S.ConstantLR(o, 0.1, 2), S.CosineAnnealingLR(o, 6), S.StepLR(o, 2)], [3, 9]))
show("at once", lambda o: S.ChainedScheduler([S.ConstantLR(o, 0.1, 2), S.ExponentialLR(o, 0.9)]))
show("one cycle", lambda o: S.OneCycleLR(o, 1.0, total_steps=14), 13, momentum=0.9)
show("one cycle in three phases", lambda o: S.OneCycleLR(
    o, [1.0, 0.5], epochs=7, steps_per_epoch=2, three_phase=True, anneal_strategy="linear"), momentum=0.9)
show("plateau", lambda o: S.ReduceLROnPlateau(o, factor=0.5, patience=1), 12,
     argument=lambda i: [5, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 3][i])
show("plateau of a maximum", lambda o: S.ReduceLROnPlateau(
    o, "max", 0.5, 0, threshold=0.1, threshold_mode="abs", cooldown=2, min_lr=[0.01, 0.02]),
     argument=lambda i: torch.tensor(float(i % 3)))
show("step to an epoch", lambda o: S.StepLR(o, 3), 5, argument=lambda i: i * 2)
show("cosine to an epoch", lambda o: S.CosineAnnealingLR(o, 5), 5, argument=lambda i: i * 2)
for wrong in (lambda o: S.ConstantLR(o, 2), lambda o: S.LinearLR(o, 0), lambda o: S.ReduceLROnPlateau(o, factor=2),
              lambda o: S.ReduceLROnPlateau(o, "x"), lambda o: S.StepLR(3, 2), lambda o: S.StepLR(o, 2, last_epoch=3),
              lambda o: S.CosineAnnealingWarmRestarts(o, 0), lambda o: S.OneCycleLR(o, 1), lambda o: S.LambdaLR(o, []),
              lambda o: S.SequentialLR(o, [S.ConstantLR(o, 0.1, 2)], [3, 9])):
    show("wrong", wrong)
show("no momentum", lambda o: S.OneCycleLR(o, 1.0, total_steps=5), kind=optim.Adagrad)
