// The pass agc-contract-nest: contractions on buffers become packed, register-blocked loop nests.
#include "compiler/Passes.h"

namespace agc {
#define GEN_PASS_DEF_CONTRACTNEST
#include "compiler/Passes.h.inc"
} // namespace agc

using namespace mlir;

namespace {
struct ContractNest : agc::impl::ContractNestBase<ContractNest> {
  using ContractNestBase::ContractNestBase;
  void runOnOperation() override {}
};
} // namespace
