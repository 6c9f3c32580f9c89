// Losses for which PyTorch has one autograd node; `reduction` is none, mean or sum.
#ifndef AG_LOSS_TD
#define AG_LOSS_TD

include "dialect/Composite.td"

class Ag_LossText<string elements> {
  // The reduction of the elements' losses.
  string body = "l = (" # elements # "); choose(is(reduction, 'none'), l,"
                "choose(is(reduction, 'sum'), sum(l, dims(l)), mean(l, dims(l))))";
}

class Ag_LossGradText<string elements> {
  // The cotangent of the elements' losses times their derivative, over self's and target's shape.
  string rule = "p = (" # elements # ");"
                "choose(is(reduction, 'mean'), grad / count(p, dims(p)), grad) * p";
}

// A loss of self and target, given each element's loss and its derivative by self and by target.
class Ag_Loss<string schema, string elements, string bySelf, string byTarget> : Ag_Composite<schema> {
  let opmath = 0; // PyTorch's elements are rounded before they are reduced
  let refusal = "refusalOfLoss";
  let body = Expr<Ag_LossText<elements>.body>;
  let grad = [Wrt<"self", Ag_LossGradText<bySelf>.rule>, Wrt<"target", Ag_LossGradText<byTarget>.rule>];
}

def Ag_MseLoss : Ag_Loss<"mse_loss(Tensor self, Tensor target, str(none|mean|sum) reduction='mean') -> Tensor",
    "d = self - target; d * d", "2 * (self - target)", "2 * (target - self)"> {
  let title = "squared error";
  let layout = "operands";
  let kernel = "mse_cpu";
  let roundingTolerance = "3: PyTorch rounds the difference before its square";
  let samples = [Case<["2x3", "2x3"], "reduction = \"none\"">,
                 Case<["2x3", "2x3"], "reduction = \"mean\"">,
                 Case<["2x3", "2x3"], "reduction = \"sum\"">,
                 Case<["0x3", "0x3"], "reduction = \"none\"">,
                 Case<["", ""]>];
  let gradNodes = ["MseLossBackwardBackward0"];
}

def Ag_SmoothL1Loss : Ag_Loss<
    "smooth_l1_loss(Tensor self, Tensor target, str(none|mean|sum) reduction='mean', float beta=1) -> Tensor",
    "x = self - target; z = abs(x); where(z < beta, 0.5 * x * x / beta, z - 0.5 * beta)",
    "x = self - target; where(abs(x) < beta, x / beta, where(isnan(x), nan, sign(x)))",
    "x = target - self; where(abs(x) < beta, x / beta, where(isnan(x), nan, sign(x)))"> {
  let title = "absolute error, squared near zero";
  let layout = "operands";
  let kernel = "smooth_l1_cpu";
  let samples = [Case<["2x3", "2x3"], "reduction = \"none\"">,
                 Case<["2x3", "2x3"], "reduction = \"mean\"">,
                 Case<["2x3", "2x3"], "reduction = \"sum\"">,
                 Case<["2x3", "2x3"], "reduction = \"none\", beta = 0.5">,
                 Case<["0x3", "0x3"], "reduction = \"sum\"">,
                 Case<["", ""]>];
  let gradNodes = ["SmoothL1LossBackwardBackward0"];
}

def Ag_HuberLoss : Ag_Loss<
    "huber_loss(Tensor self, Tensor target, str(none|mean|sum) reduction='mean', float delta=1) -> Tensor",
    "x = self - target; z = abs(x); where(z <= delta, 0.5 * x * x, delta * (z - 0.5 * delta))",
    "x = self - target; where(abs(x) < delta, x, delta * where(isnan(x), nan, sign(x)))",
    "x = target - self; where(abs(x) < delta, x, delta * where(isnan(x), nan, sign(x)))"> {
  let title = "squared error, linear beyond delta";
  let layout = "self";
  let kernel = "huber_cpu";
  let samples = [Case<["2x3", "2x3"], "reduction = \"none\"">,
                 Case<["2x3", "2x3"], "reduction = \"mean\"">,
                 Case<["2x3", "2x3"], "reduction = \"sum\"">,
                 Case<["2x3", "2x3"], "reduction = \"none\", delta = 0.5">,
                 Case<["0x3", "0x3"], "reduction = \"sum\"">,
                 Case<["", ""]>];
  let gradNodes = ["HuberLossBackwardBackward0"];
}

class Ag_ProbabilityOf<string name, string what> : Ag_Record<name # "(Tensor self) -> Tensor", "pointwise"> {
  let samples = [Domain<"self", "0", "1">, Special<["0", "-0.0", "1"]>];
  let requiredShapes = [Matrix, Empty, ZeroDim, NonContiguous, Expanded];
  let surface = 0;
  let torch = "self.clone()";
  let eval = Expr<"self">;
  let lower = [OnFloat<"self">];
  let mayFail = [FailsOnFloat<"logical_not(logical_and(self >= 0, self <= 1))", "VALUE",
                              "all elements of " # what # " should be between 0 and 1">];
  let grad = [Wrt<"self", "grad">];
}
def Ag_Probability : Ag_ProbabilityOf<"probability", "input"> {
  let title = "self, whose elements must lie between 0 and 1";
}
def Ag_TargetProbability : Ag_ProbabilityOf<"target_probability", "target"> {
  let title = "a target, whose elements must lie between 0 and 1";
}

def Ag_BinaryCrossEntropy : Ag_Composite<
    "binary_cross_entropy(Tensor self, Tensor target, Tensor? weight, str(none|mean|sum) reduction='mean') -> Tensor"> {
  let title = "negative log likelihood of probabilities, logarithms limited to -100";
  let layout = "self";
  let refusal = "refusalOfEntropy";
  let promotion = "none";
  let mixed = "Found dtype {1} but expected {0}";
  let opmath = 0;
  let roundingTolerance = "0.5: 1 - self cancels";
  let samples = [Domain<"*", "0.1", "0.9">,
                 Case<["2x3", "2x3", "-"], "reduction = \"none\"">,
                 Case<["2x3", "2x3", "-"], "reduction = \"mean\"">,
                 Case<["2x3", "2x3", "-"], "reduction = \"sum\"">,
                 Case<["2x3", "2x3", "2x3"]>,
                 Case<["0x3", "0x3", "-"], "reduction = \"sum\"">,
                 Case<["", "", "-"]>];
  let saves = ["target"];
  let body = Expr<"p = probability(self); t = target_probability(target);"
                  "e = (t - 1) * maximum(log1p(-p), -100) - t * maximum(log(p), -100);"
                  "l = choose(isnone(weight), e, e * weight); choose(is(reduction, 'none'), l,"
                  "choose(is(reduction, 'sum'), sum(l, dims(l)), mean(l, dims(l))))">;
  let gradNodes = ["self: BinaryCrossEntropyBackwardBackward0"];
  let grad = [
    Wrt<"self", "e = (self - target) / maximum((1 - self) * self, 1e-12);"
                "p = choose(isnone(weight), e, e * weight);"
                "choose(is(reduction, 'mean'), grad / count(p, dims(p)), grad) * p">,
    Wrt<"target", "e = log1p(-self) - log(self); p = choose(isnone(weight), e, e * weight);"
                  "choose(is(reduction, 'mean'), grad / count(p, dims(p)), grad) * p">,
    NoWrt<"weight">];
}

def Ag_BinaryCrossEntropyWithLogits : Ag_Composite<
    "binary_cross_entropy_with_logits(Tensor self, Tensor target, Tensor? weight, Tensor? pos_weight,"
    " str(none|mean|sum) reduction='mean') -> Tensor"> {
  let refusal = "refusalOfEntropyOfLogits";
  let title = "negative log likelihood of logits";
  let layout = "target";
  let kernel = "log_sigmoid_cpu";
  let opmath = 0; // PyTorch has no kernel of its own for it
  let roundingTolerance = "0.5: sigmoid(self) - target cancels";
  let samples = [Domain<"self", "-3", "3">,
                 Domain<"*", "0.1", "0.9">,
                 Case<["2x3", "2x3", "-", "-"], "reduction = \"none\"">,
                 Case<["2x3", "2x3", "-", "-"], "reduction = \"mean\"">,
                 Case<["2x3", "2x3", "-", "-"], "reduction = \"sum\"">,
                 Case<["2x3", "2x3", "2x3", "3"]>,
                 Case<["0x3", "0x3", "-", "-"], "reduction = \"sum\"">,
                 Case<["", "", "-", "-"]>];
  let saves = ["target"];
  let body = Expr<"e = (1 - target) * self - choose(isnone(pos_weight), log_sigmoid(self),"
                  "((pos_weight - 1) * target + 1) * log_sigmoid(self));"
                  "l = choose(isnone(weight), e, e * weight); choose(is(reduction, 'none'), l,"
                  "choose(is(reduction, 'sum'), sum(l, dims(l)), mean(l, dims(l))))">;
  let grad = [
    Wrt<"self", "e = choose(isnone(pos_weight), sigmoid(self) - target,"
                "(pos_weight * target + 1 - target) * sigmoid(self) - pos_weight * target);"
                "p = choose(isnone(weight), e, e * weight);"
                "choose(is(reduction, 'mean'), grad / count(p, dims(p)), grad) * p">,
    Wrt<"target", "e = choose(isnone(pos_weight), -self,"
                  "log_sigmoid(-self) - pos_weight * log_sigmoid(self));"
                  "p = choose(isnone(weight), e, e * weight);"
                  "choose(is(reduction, 'mean'), grad / count(p, dims(p)), grad) * p">,
    NoWrt<"weight">,
    NoWrt<"pos_weight">];
}

def Ag_NllLoss : Ag_Composite<
    "nll_loss(Tensor self, Tensor(index) target, Tensor? weight, str(none|mean|sum) reduction='mean', int ignore_index=-100) -> Tensor"> {
  let title = "negative log likelihood of the target classes";
  let samples = [Domain<"target", "0", "3">,
                 Domain<"weight", "0.5", "1.5">,
                 Case<["4x3", "4", "-"], "reduction = \"none\"">,
                 Case<["4x3", "4", "-"], "reduction = \"mean\"">,
                 Case<["4x3", "4", "-"], "reduction = \"sum\"">,
                 Case<["4x3", "4", "3"]>,
                 Case<["4x3", "4", "-"], "ignore_index = 1">,
                 Case<["4x3", "4", "3"], "reduction = \"none\", ignore_index = 1">,
                 Case<["4x3", "4", "3"], "reduction = \"sum\", ignore_index = 2">,
                 Case<["2x3x2", "2x2", "3"], "ignore_index = 0">,
                 Case<["3", "", "3"]>,
                 Case<["0x3", "0", "-"]>];
  let requiredShapes = [Matrix, Empty, NonContiguous, Expanded];
  let notes = "self holds log probabilities: classes along dim 1, or dim 0 of a vector.";
  let promotion = "none";
  let mixed = "expected scalar type {0} but found {1}";
  let saves = ["self", "target", "weight"];
  let flat = ["self"];
  let function = "nll_loss_forward";
  let kernel = "nll_loss_out_frame";
  let overloads = [DimsNode<3, "NllLoss2DBackward0">];
  let refusal = "refusalOfNllLoss";
  let indexed = 1;
  let body = Cpp<"bodyNllLoss">;
  let gradNodes = ["NllLossBackwardBackward0"];
  let grad = [FromBody, NoWrt<"weight">];
}

#endif // AG_LOSS_TD
