# agc_library, agc_tool, agc_tablegen and agc_mlir_tablegen: what every folder of the tree builds with.

# agc_library(NAME SOURCES a.cpp … [DEPENDS target …]): a static library of the compiler.
# Precompiled headers are shared from one target, so that a folder costs no header parse of its own.
function(agc_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC
    $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}> $<BUILD_INTERFACE:${PROJECT_BINARY_DIR}>)
  target_link_libraries(${name} PUBLIC agc_mlir ${arg_DEPENDS}
    PRIVATE $<BUILD_INTERFACE:agc_warnings>)
  agc_precompile(${name})
endfunction()

# agc_install(TARGET …): part of the package, in the component `compiler` (see AgcPackage.cmake).
function(agc_install)
  install(TARGETS ${ARGN} EXPORT agcCompilerTargets COMPONENT compiler
    ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT compiler
    RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT compiler)
endfunction()

# agc_tool(NAME SOURCES a.cpp … [DEPENDS target …]): an executable of the compiler, in bin/.
function(agc_tool name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR} ${PROJECT_BINARY_DIR})
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} agc::mlir agc_warnings)
  # -fPIC as in a library, not an executable's -fPIE: the precompiled header is one for both.
  set_target_properties(${name} PROPERTIES POSITION_INDEPENDENT_CODE OFF)
  target_compile_options(${name} PRIVATE -fPIC)
  agc_precompile(${name})
endfunction()

# The precompiled header holds absolute paths, so ccache is given a sum that stands for its content:
# two checkouts then share what they compile with it.
function(agc_precompile name)
  if(NOT TARGET agc_pch)
    file(WRITE ${PROJECT_BINARY_DIR}/pch.cpp "")
    add_library(agc_pch STATIC ${PROJECT_BINARY_DIR}/pch.cpp)
    target_link_libraries(agc_pch PRIVATE agc::mlir agc_warnings)
    target_include_directories(agc_pch PRIVATE ${PROJECT_SOURCE_DIR})
    target_precompile_headers(agc_pch PRIVATE <tools/cmake/Precompiled.h>)
    target_compile_options(agc_pch PRIVATE $<$<CXX_COMPILER_ID:Clang>:-Xclang;-fno-pch-timestamp>)
    set_property(DIRECTORY ${PROJECT_SOURCE_DIR} APPEND PROPERTY
                 CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/tools/cmake/Precompiled.h)
    file(SHA256 ${PROJECT_SOURCE_DIR}/tools/cmake/Precompiled.h sum)
    file(WRITE ${CMAKE_CURRENT_BINARY_DIR}/CMakeFiles/agc_pch.dir/cmake_pch.hxx.pch.sum
         "${sum} ${LLVM_PACKAGE_VERSION} ${CMAKE_BUILD_TYPE} ${CMAKE_CXX_FLAGS} ${AGC_SANITIZE}")
  endif()
  target_compile_options(${name} PRIVATE $<$<CXX_COMPILER_ID:Clang>:-Xclang;-fno-pch-timestamp>)
  target_precompile_headers(${name} REUSE_FROM agc_pch)
endfunction()

# agc_mlir_tablegen(TARGET INPUT.td OUTPUT.inc ARGS …): mlir-tblgen, with a dependency file, so that
# only a changed output rebuilds what includes it. OUTPUT is below the build folder, beside its source.
function(agc_mlir_tablegen target input output)
  _agc_tablegen(${target} ${AGC_LLVM_BIN}/mlir-tblgen "" ${input} ${output} ${ARGN})
endfunction()

# agc_tablegen(TARGET INPUT.td OUTPUT ARGS …): the same with our own backends (tools/agc-tblgen).
function(agc_tablegen target input output)
  _agc_tablegen(${target} $<TARGET_FILE:agc-tblgen> agc-tblgen ${input} ${output} ${ARGN})
endfunction()

function(_agc_tablegen target program depends input output)
  set(in ${CMAKE_CURRENT_SOURCE_DIR}/${input})
  set(out ${CMAKE_CURRENT_BINARY_DIR}/${output})
  add_custom_command(
    OUTPUT ${out}
    COMMAND ${program} ${ARGN} -I ${PROJECT_SOURCE_DIR} -I ${MLIR_INCLUDE_DIRS} ${in} -o ${out}
            --write-if-changed -d ${out}.d
    DEPFILE ${out}.d
    DEPENDS ${in} ${depends}
    COMMENT "tablegen ${output}"
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY agc_tablegen_${target} ${out})
endfunction()

# agc_tablegen_target(NAME): one target that makes all outputs declared for NAME.
function(agc_tablegen_target name)
  get_property(outputs GLOBAL PROPERTY agc_tablegen_${name})
  add_custom_target(${name} DEPENDS ${outputs})
endfunction()
