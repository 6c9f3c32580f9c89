// What the front end's test programs are written with: counted checks, and expected errors.
#ifndef AGC_TEST_TRACE_CHECK_H
#define AGC_TEST_TRACE_CHECK_H

#include "compiler/Trace/Agc.h"
#include <cstdio>
#include <functional>
#include <string>

inline int failures = 0;

inline void check(bool condition, const char *text, int line) {
  if (condition)
    return;
  ++failures;
  std::printf("line %d: failed: %s\n", line, text);
}
#define CHECK(...) check((__VA_ARGS__), #__VA_ARGS__, __LINE__)

/// Runs `body` and gives the error it threw, or nothing.
inline std::optional<agc::Error> errorOf(const std::function<void()> &body) {
  try {
    body();
  } catch (const agc::Error &error) {
    return error;
  }
  return std::nullopt;
}

/// Checks that `body` throws exactly that text.
inline void checkError(const std::string &expected, int line, const std::function<void()> &body) {
  std::optional<agc::Error> error = errorOf(body);
  std::string got = error ? error->what() : "no error";
  if (got == expected)
    return;
  ++failures;
  std::printf("line %d: expected the error\n  %s\ngot\n  %s\n", line, expected.c_str(),
              got.c_str());
}
#define CHECK_ERROR(text, ...) checkError(text, __LINE__, [&] { __VA_ARGS__; })

/// Traces a body over an f32 matrix x of 2 by 3 that requires grad, and throws the function away.
inline void traced(const std::function<void(agc::Tensor)> &body) {
  agc::Model model("test");
  model.function("f", {{"x", agc::f32, {2, 3}, true}}, [&](const agc::Tensors &in) -> agc::Outputs {
    body(in[0]);
    return {{"y", in[0]}};
  });
}

#endif // AGC_TEST_TRACE_CHECK_H
