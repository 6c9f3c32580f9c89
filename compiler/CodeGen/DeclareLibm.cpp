// agc-declare-libm. After it the functions of libm that agc-expand-math may call are declared.
#include "compiler/CodeGen/MathFunctions.h"
#include "compiler/CodeGen/Passes.h"

namespace agc {
#define GEN_PASS_DEF_DECLARELIBM
#include "compiler/CodeGen/Passes.h.inc"

namespace {

struct DeclareLibm : impl::DeclareLibmBase<DeclareLibm> {
  void runOnOperation() override { declareLibm(getOperation()); }
};

} // namespace
} // namespace agc
