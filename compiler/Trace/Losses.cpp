// Losses that PyTorch composes of functions that have a record, step by step as it does.
#include "compiler/Trace/Functional.h"
#include "compiler/Trace/Trace.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/FormatVariadic.h"

namespace agc {
namespace {

Tensor tensorOf(const Operand &operand, const char *argument) {
  if (!operand.object)
    throw Error(operand.where,
                std::string("cross_entropy(): argument '") + argument + "' must be Tensor");
  return Tensor(operand.object);
}

void checkReduction(const std::string &reduction, Where where) {
  if (reduction != "none" && reduction != "mean" && reduction != "sum")
    throw Error(where, reduction + " is not a valid value for reduction");
}

/// A call of F.cross_entropy (at::native::cross_entropy_loss).
class CrossEntropy {
public:
  CrossEntropy(const Operand &input, const Operand &target, const Operand &weight,
               const std::string &reduction, int64_t ignoreIndex, double smoothing)
      : where(input.where), input(tensorOf(input, "input")), target(tensorOf(target, "target")),
        reduction(reduction), ignoreIndex(ignoreIndex), smoothing(smoothing),
        classDim(this->input.dim() == 1 ? 0 : 1) {
    if (!weight.isNone())
      this->weight = tensorOf(weight, "weight");
    checkReduction(reduction, where);
    if (smoothing > 1)
      throw Error(where, llvm::formatv("label_smoothing must be between 0.0 and 1.0. Got: {0}",
                                       llvm::format("%g", smoothing)));
  }

  Tensor run() {
    bool probabilities = categoryOf(target.dtype()) == Category::Float;
    if (!probabilities && target.dim() == input.dim())
      throw Error(where, "Expected floating point type for target with class probabilities, got " +
                             std::string(titleOf(target.dtype())));
    if (probabilities && !sameShape())
      throw Error(where, "cross_entropy: target has another shape than input; give class indices "
                         "(int64), or a probability for each class");
    logProbabilities = input.log_softmax(classDim, where);
    if (probabilities)
      return ofProbabilities();
    Tensor loss = nll_loss(of(logProbabilities), of(target),
                           weight.defined() ? of(weight) : Operand(), reduction, ignoreIndex);
    return smoothing > 0 ? smoothed(loss) : loss;
  }

private:
  Operand of(const Tensor &tensor) const { return Operand(tensor, where); }

  /// The weights beside log probabilities: one for each class.
  Tensor weighted(const Tensor &x) const {
    if (!weight.defined())
      return x;
    Shape shape(x.dim(), 1);
    shape[classDim] = weight.size(0, where);
    return x.mul(of(x.dim() > 1 ? weight.view(shape, where) : weight), where);
  }

  bool sameShape() const {
    Shape a = input.sizes(where), b = target.sizes(where);
    for (size_t i = 0; i < std::min(a.size(), b.size()); ++i)
      if (a[i].isKnown() && b[i].isKnown() && a[i].number != b[i].number)
        return false;
    return a.size() == b.size();
  }

  int64_t classes() const { return input.size(classDim, where).value(where); }

  Tensor ofProbabilities() {
    if (ignoreIndex >= 0)
      throw Error(where, "ignore_index is not supported for floating point target");
    Tensor mixed = target;
    if (smoothing > 0)
      mixed = target.mul(1 - smoothing, where).add(smoothing / double(classes()), 1, where);
    Tensor losses = weighted(logProbabilities.mul(of(mixed), where));
    if (reduction == "none")
      return losses.sum(classDim, false, where).neg(where);
    if (reduction == "sum")
      return losses.sum({}, false, where).neg(where);
    bool known = true;
    for (const Extent &extent : input.sizes(where))
      known &= extent.isKnown();
    if (!known) // the same, of rows that are counted when the function is called
      return losses.sum(classDim, false, where).neg(where).mean({}, false, where);
    double rows = double(input.numel(where)) / double(std::max<int64_t>(classes(), 1));
    return losses.sum({}, false, where).neg(where).div(rows, where);
  }

  Tensor smoothed(const Tensor &loss) {
    Tensor ignored = target.eq(ignoreIndex, where);
    Tensor smooth = weighted(logProbabilities).sum(classDim, false, where).neg(where);
    smooth = agc::where(of(ignored), 0, of(smooth));
    if (reduction != "none")
      smooth = smooth.sum({}, false, where);
    if (reduction == "mean")
      smooth = smooth.div(of(countedWeight(ignored)), where);
    Tensor spread = smooth.mul(smoothing / double(classes()), where);
    return loss.mul(1 - smoothing, where).add(of(spread), 1, where);
  }

  /// The weights of the targets that are not ignored, summed; without weights their number.
  Tensor countedWeight(const Tensor &ignored) const {
    if (!weight.defined())
      return ignored.logical_not(where).sum({}, false, where);
    Tensor safe = agc::where(of(ignored), 0, of(target)).flatten(0, -1, where);
    Tensor chosen = weight.gather(0, of(safe), where);
    return agc::where(of(ignored.flatten(0, -1, where)), 0, of(chosen)).sum({}, false, where);
  }

  Where where;
  Tensor input, target, weight, logProbabilities;
  const std::string &reduction;
  int64_t ignoreIndex;
  double smoothing;
  int64_t classDim;
};

} // namespace

namespace functional {

Tensor cross_entropy(const Operand &input, const Operand &target, const Operand &weight,
                     const std::string &reduction, int64_t ignore_index, double label_smoothing) {
  return CrossEntropy(input, target, weight, reduction, ignore_index, label_smoothing).run();
}

Tensor l1_loss(const Operand &input, const Operand &target, const std::string &reduction) {
  Where where = input.where;
  checkReduction(reduction, where);
  Tensor loss = sub(input, target).abs(where);
  if (reduction == "none")
    return loss;
  return reduction == "mean" ? loss.mean({}, false, where) : loss.sum({}, false, where);
}

} // namespace functional
} // namespace agc
