// The command line of a generator.
#include "compiler/Trace/Model.h"
#include <cstdio>
#include <sstream>

namespace agc {

static int usage(const char *program) {
  std::fprintf(stderr,
               "usage: %s -o MODEL.o [--cpu=NAME] [--target=TRIPLE] [--derive=vjp,split,jvp]\n"
               "       %s --print\n"
               "traces the model and writes MODEL.o and MODEL.h, or prints what was traced\n",
               program, program);
  return 1;
}

/// The words between commas; none for "none".
static std::vector<std::string> words(const std::string &list) {
  std::vector<std::string> found;
  std::istringstream stream(list == "none" ? "" : list);
  for (std::string word; std::getline(stream, word, ',');)
    found.push_back(word);
  return found;
}

int generate(int argc, char **argv, const std::string &name,
             const std::function<void(Model &)> &build, Where where) {
  std::string output;
  EmitOptions options;
  bool print = false;
  for (int i = 1; i < argc; ++i) {
    std::string arg = argv[i];
    if (arg == "-o" && i + 1 < argc)
      output = argv[++i];
    else if (arg.rfind("--cpu=", 0) == 0)
      options.cpu = arg.substr(6);
    else if (arg.rfind("--target=", 0) == 0)
      options.target = arg.substr(9);
    else if (arg.rfind("--derive=", 0) == 0)
      options.derive = words(arg.substr(9));
    else if (arg == "--print")
      print = true;
    else
      return usage(argv[0]);
  }
  if (print == !output.empty())
    return usage(argv[0]);
  try {
    Model model(name, where);
    build(model);
    if (print)
      std::fputs(model.print().c_str(), stdout);
    else
      model.emit(output, options, where);
    return 0;
  } catch (const Error &error) {
    std::fprintf(stderr, "%s\n", error.pretty().c_str());
  } catch (const std::exception &error) {
    std::fprintf(stderr, "%s: error: %s\n", argv[0], error.what());
  }
  return 1;
}

} // namespace agc
