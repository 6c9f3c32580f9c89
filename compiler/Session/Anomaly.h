// torch.autograd.detect_anomaly.
#ifndef AGC_COMPILER_SESSION_ANOMALY_H
#define AGC_COMPILER_SESSION_ANOMALY_H

#include "compiler/Session/LongGradient.h"
#include "compiler/Trace/Error.h"

namespace agc::session {

/// Takes a gradient op by op, computed by `execute`; an Error at the first one that makes a NaN.
void takeChecked(LongGradient &path, LiveValues &live,
                 llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> execute, Where where);

} // namespace agc::session

#endif // AGC_COMPILER_SESSION_ANOMALY_H
