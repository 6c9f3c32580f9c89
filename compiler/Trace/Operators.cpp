// Operators, and what PyTorch composes of other ops at once.
#include "compiler/Trace/Functional.h"
#include "compiler/Trace/Tensor.h"

namespace agc {

Tensor operator+(const Operand &self, const Operand &other) { return add(self, other); }
Tensor operator-(const Operand &self, const Operand &other) { return sub(self, other); }
Tensor operator*(const Operand &self, const Operand &other) { return mul(self, other); }
// A number divided by a tensor is PyTorch's __rtruediv__.
Tensor operator/(const Operand &self, const Operand &other) {
  return self.scalar ? mul(Operand(reciprocal(other), other.where), self) : div(self, other);
}
Tensor operator-(const Operand &self) { return neg(self); }
Tensor operator==(const Operand &self, const Operand &other) { return eq(self, other); }
Tensor operator!=(const Operand &self, const Operand &other) { return ne(self, other); }
Tensor operator<(const Operand &self, const Operand &other) { return lt(self, other); }
Tensor operator<=(const Operand &self, const Operand &other) { return le(self, other); }
Tensor operator>(const Operand &self, const Operand &other) { return gt(self, other); }
Tensor operator>=(const Operand &self, const Operand &other) { return ge(self, other); }

const Tensor &Tensor::operator+=(const Operand &other) const {
  agc::add_(Operand(*this, other.where), other);
  return *this;
}
const Tensor &Tensor::operator-=(const Operand &other) const {
  agc::sub_(Operand(*this, other.where), other);
  return *this;
}
const Tensor &Tensor::operator*=(const Operand &other) const {
  agc::mul_(Operand(*this, other.where), other);
  return *this;
}
const Tensor &Tensor::operator/=(const Operand &other) const {
  agc::div_(Operand(*this, other.where), other);
  return *this;
}

Tensor Tensor::pow(const Tensor &exponent, Where where) const {
  return agc::pow_tensor(Operand(*this, where), Operand(exponent, where));
}
Tensor Tensor::square(Where where) const { return agc::square(Operand(*this, where)); }
Tensor Tensor::norm(double p, const IntList &dim, bool keepdim, Where where) const {
  return agc::norm(Operand(*this, where), p, dim, keepdim);
}
Tensor Tensor::div(const Operand &other, const char *rounding_mode, Where where) const {
  return agc::div(Operand(*this, where), other, rounding_mode);
}
Tensor Tensor::argmax(std::optional<int64_t> dim, bool keepdim, Where where) const {
  return agc::argmax(Operand(*this, where), dim, keepdim);
}
Tensor Tensor::argmin(std::optional<int64_t> dim, bool keepdim, Where where) const {
  return agc::argmin(Operand(*this, where), dim, keepdim);
}
Tensors Tensor::max(int64_t dim, bool keepdim, Where where) const {
  return agc::max(Operand(*this, where), dim, keepdim);
}
Tensors Tensor::min(int64_t dim, bool keepdim, Where where) const {
  return agc::min(Operand(*this, where), dim, keepdim);
}
Tensor Tensor::matmul(const Operand &other, Where where) const {
  return agc::matmul(Operand(*this, where), other);
}

} // namespace agc
