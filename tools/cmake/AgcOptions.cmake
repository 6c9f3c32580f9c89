# Language level, warnings, sanitizers and output folders, for every target of the tree.
set(CMAKE_CXX_STANDARD 17)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_INSTALL_RPATH_USE_LINK_PATH ON) # an installed tool finds LLVM where it was linked to it
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/lib)

set(AGC_SANITIZE "" CACHE STRING "sanitizers for every target, as clang names them (address,undefined or thread)")
if(AGC_SANITIZE)
  add_compile_options(-fsanitize=${AGC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${AGC_SANITIZE})
  if(AGC_SANITIZE MATCHES "undefined")
    # Debian's LLVM is not built with ubsan: its typeinfo cannot be checked against ours.
    # Nor with asan, so that it does not unpoison what our code's allocators have (see the preset).
    add_compile_options(-fno-sanitize=vptr)
    # Emitted code has no type in front of its functions: what looks for one there may read past the first page.
    add_compile_options(-fno-sanitize=function)
  endif()
endif()

# A precompiled header is found again by content, not by its time stamp; paths are hashed relative to
# the tree, so that two checkouts share what they compile.
find_program(AGC_CCACHE ccache)
if(AGC_CCACHE)
  set(launcher ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros
               CCACHE_PCH_EXTSUM=1
               CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=1 ${AGC_CCACHE})
  set(CMAKE_C_COMPILER_LAUNCHER ${launcher})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${launcher})
endif()
find_program(AGC_LLD NAMES ld.lld-22)
if(AGC_LLD AND CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  add_link_options(-fuse-ld=lld)
endif()

# Warnings are errors in our own code, with clang; gcc compiles the same code with its own ideas.
add_library(agc_warnings INTERFACE)
target_compile_options(agc_warnings INTERFACE -Wall -Wextra -Wno-unused-parameter)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  target_compile_options(agc_warnings INTERFACE -Werror)
endif()
