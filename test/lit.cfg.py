# How lit finds and runs the tests of one folder (the suite that the site file names).
import os
import subprocess

import lit.formats

config.name = "agc/" + config.agc_suite
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".td", ".test"]
config.test_source_root = os.path.join(config.agc_source, "test", config.agc_suite)
config.test_exec_root = os.path.join(config.agc_build, "test", config.agc_suite)
config.environment["PATH"] = os.pathsep.join(
    [config.agc_bin, config.llvm_bin, os.environ["PATH"]]
)
config.substitutions.append(
    ("%tblgen-include", "-I " + config.agc_source + " -I " + config.mlir_include)
)
config.substitutions.append(("%recorded", os.path.join(config.agc_source, "test/Ops/recorded")))
# The shared model that agc-run's tests drive, and the files that they give it.
config.substitutions.append(
    ("%model-line", os.path.join(config.agc_build, "test/CodeGen/ModelInfo/line/line.so"))
)
config.substitutions.append(
    ("%make-safetensors", "python3 " + os.path.join(config.agc_source, "test/Tools/make_safetensors.py"))
)


def unprivileged():
    """What runs a command as a user whom permissions bind; None where there is no such way."""
    if os.geteuid() != 0:
        return ""
    command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    try:
        subprocess.run(command + [os.path.join(config.agc_bin, "agc"), "--version"], check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError):
        return None
    return " ".join(command)


if unprivileged() is not None:
    config.available_features.add("unprivileged")
    config.substitutions.append(("%unprivileged", unprivileged()))
# Executables that agc links have no sanitizer's runtime, which an instrumented archive needs.
if not config.agc_sanitize:
    config.available_features.add("links-programs")
# agc-opt prints and parses again what every pass made when the suite runs a second time.
if lit_config.params.get("roundtrip"):
    config.test_exec_root += "-roundtrip"  # both suites run at once
    config.substitutions.append(("agc-opt", "agc-opt --verify-roundtrip"))
