// Ctrl-C while a segment is compiled: it is noticed at once, and handled by Python.
#include "compiler/Python/Convert.h"
#include <atomic>
#include <csignal>

namespace agc::python {
namespace {

// A signal's handler has nothing but what is global.
std::atomic<bool> came = false;
struct sigaction pythons = {};

void note(int signal) {
  came = true;
  pythons.sa_handler(signal);
}

/// Before Python's handler, where it has one; a program may ignore the signal or die of it.
void watch() {
  came = false;
  sigaction(SIGINT, nullptr, &pythons);
  if ((pythons.sa_flags & SA_SIGINFO) || pythons.sa_handler == SIG_IGN ||
      pythons.sa_handler == SIG_DFL || pythons.sa_handler == note)
    return;
  struct sigaction noted = pythons;
  noted.sa_handler = note;
  sigaction(SIGINT, &noted, nullptr);
}

void unwatch() {
  struct sigaction now = {};
  sigaction(SIGINT, nullptr, &now);
  if (now.sa_handler == note)
    sigaction(SIGINT, &pythons, nullptr);
}

/// Python handles signals in its main thread, which may wait for this one's lock.
void handle() {
  came = false;
  {
    nb::gil_scoped_release released;
  }
  if (PyErr_CheckSignals())
    throw nb::python_error();
}

} // namespace

session::Interrupts interruptsOfPython() {
  return {watch, unwatch, [] { return came.load(); }, handle};
}

} // namespace agc::python
