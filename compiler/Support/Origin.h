// Which op of the program an op came from, carried by its location: kernels are named by it.
#ifndef AGC_COMPILER_SUPPORT_ORIGIN_H
#define AGC_COMPILER_SUPPORT_ORIGIN_H

#include "mlir/IR/Location.h"
#include "mlir/IR/Visitors.h"

namespace agc {

/// The op's name that a location carries; empty where it carries none. The outermost one: what a
/// composite is made of is the composite's.
inline llvm::StringRef originOf(mlir::Location loc) {
  llvm::StringRef name;
  loc->walk([&](mlir::Location part) {
    auto named = mlir::dyn_cast<mlir::NameLoc>(part);
    name = named ? named.getName().getValue() : llvm::StringRef();
    bool isOrigin = name.consume_front("ag.");
    name = isOrigin ? name : llvm::StringRef();
    return isOrigin ? mlir::WalkResult::interrupt() : mlir::WalkResult::advance();
  });
  return name;
}

/// The location of what an op called `name` becomes. One without a line stays as it is: what has a
/// name must have one.
inline mlir::Location withOrigin(mlir::Location loc, llvm::StringRef name) {
  if (mlir::isa<mlir::UnknownLoc>(loc) || !originOf(loc).empty())
    return loc;
  return mlir::NameLoc::get(mlir::StringAttr::get(loc.getContext(), "ag." + name), loc);
}

} // namespace agc

#endif // AGC_COMPILER_SUPPORT_ORIGIN_H
