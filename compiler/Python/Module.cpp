// The extension module agc._agc.
#include "compiler/Python/Convert.h"

NB_MODULE(_agc, module) {
  using namespace agc::python;
  nb::set_leak_warnings(false); // what nodes of the graph keep outlives Python, with the trace
  agc::session::begin(interruptsOfPython());
  bindErrors(module);
  bindExport(module);
  bindGuard(module);
  bindTensor(module);
  bindElements(module);
  bindMemory(module);
  bindModels(module);
  bindRandom(module);
  bindRecords(module);
  bindAutograd(module);
  bindCheck(module);
}
