# How lit finds and runs the tests of one folder (the suite that the site file names).
import os

import lit.formats

config.name = "agc/" + config.agc_suite
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".td"]
config.test_source_root = os.path.join(config.agc_source, "test", config.agc_suite)
config.test_exec_root = os.path.join(config.agc_build, "test", config.agc_suite)
config.environment["PATH"] = os.pathsep.join(
    [config.agc_bin, config.llvm_bin, os.environ["PATH"]]
)
config.substitutions.append(
    ("%tblgen-include", "-I " + config.agc_source + " -I " + config.mlir_include)
)
# agc-opt prints and parses again what every pass made when the suite runs a second time.
if lit_config.params.get("roundtrip"):
    config.substitutions.append(("agc-opt", "agc-opt --verify-roundtrip"))
