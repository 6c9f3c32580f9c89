# Finds MLIR and LLVM 22.1 and defines agc::mlir: headers, definitions and the two shared libraries.
# Everything links MLIR this way; a static MLIR archive beside libMLIR.so would give two TypeID worlds.
find_program(AGC_LLVM_CONFIG NAMES llvm-config-22 REQUIRED)
execute_process(COMMAND ${AGC_LLVM_CONFIG} --prefix OUTPUT_VARIABLE AGC_LLVM_PREFIX
                OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
list(APPEND CMAKE_PREFIX_PATH ${AGC_LLVM_PREFIX})
find_package(MLIR 22.1 REQUIRED CONFIG)
set(AGC_LLVM_BIN ${AGC_LLVM_PREFIX}/bin)
set(AGC_LLVM_LIB ${AGC_LLVM_PREFIX}/lib)

add_library(agc_mlir INTERFACE)
add_library(agc::mlir ALIAS agc_mlir)
target_include_directories(agc_mlir SYSTEM INTERFACE ${LLVM_INCLUDE_DIRS} ${MLIR_INCLUDE_DIRS})
separate_arguments(definitions NATIVE_COMMAND "${LLVM_DEFINITIONS}")
target_compile_options(agc_mlir INTERFACE ${definitions})
target_link_libraries(agc_mlir INTERFACE MLIR LLVM)
set_target_properties(agc_mlir PROPERTIES EXPORT_NAME mlir)

# LLVM's linker as a library (lldELF, lldCommon): it joins the objects of a model's parts.
find_package(LLD REQUIRED CONFIG)
