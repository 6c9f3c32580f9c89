// The loops around the panel functions: blocks of k, of columns and of rows, and the packing.
#pragma once
#include "compiler/CodeGen/Contraction.h"
#include "compiler/CodeGen/PanelLibrary.h"

namespace agc {

/// Emits `contraction` at the insertion point of `ir`. The ops it stands for are not erased.
void emitNest(NestBuilder &ir, const Contraction &contraction, const NestShape &shape,
              PanelLibrary &library);

} // namespace agc
