// What the families' files of ag-to-linalg share: patterns, and helpers that build linalg on
// tensors.
#ifndef AGC_COMPILER_LOWERING_LOWERING_H
#define AGC_COMPILER_LOWERING_LOWERING_H

#include "compiler/Lowering/Scalar.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Transforms/DialectConversion.h"
#include "runtime/include/agc/agc.h"

namespace agc {

using Extents = llvm::SmallVector<mlir::OpFoldResult>;

void populatePointwiseLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateReduceLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateScanLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateContractLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateMoveLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateIndexLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateSearchLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateSolveLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);
void populateControlLowering(const mlir::TypeConverter &types, mlir::RewritePatternSet &patterns);

/// An uninitialised tensor.
mlir::Value emptyTensor(mlir::OpBuilder &b, mlir::Location loc,
                        llvm::ArrayRef<mlir::OpFoldResult> extents, mlir::Type element);

/// A tensor of one value.
mlir::Value filledTensor(mlir::OpBuilder &b, mlir::Location loc, mlir::Value value,
                         llvm::ArrayRef<mlir::OpFoldResult> extents);

/// The extents of an op's result: static ones from its type, `?` ones from its size operands. Fails
/// the call where one of these is negative.
Extents extentsFrom(mlir::OpBuilder &b, mlir::Location loc, mlir::RankedTensorType type,
                    mlir::ValueRange sizes);

/// An extent or count as an index value.
mlir::Value indexValue(mlir::OpBuilder &b, mlir::Location loc, mlir::OpFoldResult extent);

/// Builds the element of a pointwise op from its operands' stored elements.
using ElementBuilder =
    llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location, mlir::ValueRange)>;

/// A linalg.generic over `extents` whose operands broadcast, aligned at the last dim.
mlir::Value buildPointwise(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange operands,
                           llvm::ArrayRef<mlir::OpFoldResult> extents, mlir::Type element,
                           ElementBuilder body);

/// A linalg.generic over `extents` with a map for each operand.
mlir::Value buildMapped(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange operands,
                        llvm::ArrayRef<mlir::AffineMap> maps,
                        llvm::ArrayRef<mlir::OpFoldResult> extents, mlir::Type element,
                        ElementBuilder body);

/// What is carried through loops from 0 to the ends, around `body`; without ends it runs once.
llvm::SmallVector<mlir::Value>
buildLoops(mlir::OpBuilder &b, mlir::Location loc, llvm::ArrayRef<mlir::Value> ends,
           mlir::ValueRange carried,
           llvm::function_ref<llvm::SmallVector<mlir::Value>(mlir::OpBuilder &, mlir::Location,
                                                             mlir::ValueRange, mlir::ValueRange)>
               body);

/// A tensor as a vector, in row-major order.
mlir::Value flatten(mlir::OpBuilder &b, mlir::Location loc, mlir::Value self);

/// A vector in another shape, of that many elements.
mlir::Value unflatten(mlir::OpBuilder &b, mlir::Location loc, mlir::Value flat,
                      mlir::RankedTensorType type, llvm::ArrayRef<mlir::OpFoldResult> extents);

/// Fails the call with a status and message unless the condition (i1) holds. The message may also
/// be a format of the two numbers that the condition compares.
void buildCheck(mlir::OpBuilder &b, mlir::Location loc, mlir::Value condition, int status,
                const llvm::Twine &message, const llvm::Twine &format = "");

/// What stored elements and `init` combine to.
mlir::Value reduceElements(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange operands,
                           llvm::ArrayRef<mlir::OpFoldResult> extents, mlir::Value init,
                           llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location,
                                                          mlir::Value, mlir::ValueRange)>
                               combine);

/// Fails the call where a condition (i1) on stored elements holds anywhere.
void buildElementCheck(mlir::OpBuilder &b, mlir::Location loc, mlir::ValueRange operands,
                       llvm::ArrayRef<mlir::OpFoldResult> extents, ElementBuilder condition,
                       int status, llvm::StringRef message);

/// Fails the call unless the extents, of which one is unknown, are equal.
void buildExtentCheck(mlir::OpBuilder &b, mlir::Location loc, mlir::OpFoldResult extent,
                      mlir::OpFoldResult other);

} // namespace agc

#endif // AGC_COMPILER_LOWERING_LOWERING_H
