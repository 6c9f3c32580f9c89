// Elements picked and written by index tensors, one for each of some dims: x[i, :, j].
#ifndef AGC_COMPILER_TRACE_INDEXING_H
#define AGC_COMPILER_TRACE_INDEXING_H

#include "compiler/Trace/Tensor.h"

namespace agc {

/// self[indices]: i64 tensors that broadcast together, counted from the end where negative; an
/// undefined one stands for a whole dim. Their joint shape takes the place of the indexed dims
/// where these are neighbours, else the front.
Tensor index(const Tensor &self, const Tensors &indices, Where where = {});

/// self[indices] = values, which broadcast; with `accumulate`, +=.
Tensor index_put_(const Tensor &self, const Tensors &indices, const Operand &values,
                  bool accumulate = false, Where where = {});

/// self with a 0-dim value where the mask is set.
Tensor masked_fill(const Tensor &self, const Tensor &mask, const Operand &value, Where where = {});
Tensor masked_fill_(const Tensor &self, const Tensor &mask, const Operand &value, Where where = {});

} // namespace agc

#endif // AGC_COMPILER_TRACE_INDEXING_H
