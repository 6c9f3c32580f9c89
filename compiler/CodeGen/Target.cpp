// Chooses a TargetMachine and reads its vector unit off its features.
#include "compiler/CodeGen/Target.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/TargetParser/Host.h"
#include "llvm/TargetParser/SubtargetFeature.h"

using namespace llvm;

namespace agc {

static void initializeTargets() {
  static const bool done = [] {
    InitializeAllTargetInfos();
    InitializeAllTargets();
    InitializeAllTargetMCs();
    InitializeAllAsmPrinters();
    InitializeAllAsmParsers();
    return true;
  }();
  (void)done;
}

/// The host's features, since its name can be wrong (on virtual machines it often is).
static std::string hostFeatures() {
  SubtargetFeatures features;
  StringMap<bool> found = sys::getHostCPUFeatures();
  SmallVector<StringRef> names;
  for (auto &entry : found)
    names.push_back(entry.first());
  llvm::sort(names);
  for (StringRef name : names)
    features.AddFeature(name, found[name]);
  return features.getString();
}

static VectorUnit vectorUnitOf(const TargetMachine &machine) {
  const Triple &triple = machine.getTargetTriple();
  if (triple.isAArch64())
    return {128, 32};
  std::unique_ptr<MCSubtargetInfo> info(machine.getTarget().createMCSubtargetInfo(
      triple, machine.getTargetCPU(), machine.getTargetFeatureString()));
  bool half = info->checkFeatures("+f16c");
  if (info->checkFeatures("+avx512f,+avx512vl"))
    return {512, 32, half};
  if (info->checkFeatures("+avx2,+fma"))
    return {256, 16, half};
  return {128, 16, half};
}

Expected<Target> makeTarget(StringRef tripleName, StringRef cpu, unsigned optLevel) {
  initializeTargets();
  Triple triple(tripleName.empty() ? sys::getDefaultTargetTriple() : Triple::normalize(tripleName));
  bool known = (triple.getArch() == Triple::x86_64 && !triple.isX32()) || triple.isAArch64(64);
  if (!known || !triple.isLittleEndian() || !triple.isOSBinFormatELF())
    return createStringError("no code can be generated for '" + triple.str() +
                             "': only for x86_64 and aarch64, as ELF");
  std::string error;
  const llvm::Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return createStringError("no code can be generated for '" + triple.str() + "': " + error);
  std::string features;
  bool isHost = triple.getArch() == Triple(sys::getDefaultTargetTriple()).getArch();
  if (cpu == "native" && isHost)
    features = hostFeatures();
  if (cpu == "native")
    cpu = triple.isX86() ? "x86-64" : "generic";
  std::unique_ptr<MCSubtargetInfo> info(target->createMCSubtargetInfo(triple, "", ""));
  if (!info || !info->isCPUStringValid(cpu))
    return createStringError("no cpu named '" + cpu.str() + "' for '" + triple.str() + "'");
  auto level = *CodeGenOpt::getLevel(int(std::min(optLevel, 3u)));
  Target made;
  made.machine.reset(target->createTargetMachine(triple, cpu, features, TargetOptions(),
                                                 Reloc::PIC_, std::nullopt, level));
  if (!made.machine)
    return createStringError("no code can be generated for '" + triple.str() + "'");
  made.vectors = vectorUnitOf(*made.machine);
  return made;
}

} // namespace agc
