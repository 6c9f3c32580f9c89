# agc_add_model(NAME SOURCES a.cpp … | model.py [MODEL name] [DEPENDS data …] [CPU name] [DERIVE word …]):
# a model as a library.
#
# Of C++ it builds the generator NAME-generator and runs it in the source folder, where it finds its
# data; of a Python program it runs `agc -c`. It gives the target NAME: link it, and include "NAME.h".
# MODEL is the header's name and the prefix of its functions, where that is not NAME. CPU and DERIVE
# are what agc's --cpu and --derive take.
function(agc_add_model name)
  cmake_parse_arguments(arg "" "CPU;MODEL" "SOURCES;DEPENDS;DERIVE" ${ARGN})
  if(NOT arg_CPU)
    set(arg_CPU native)
  endif()
  if(NOT arg_MODEL)
    set(arg_MODEL ${name})
  endif()
  set(derive)
  if(arg_DERIVE)
    list(JOIN arg_DERIVE "," words)
    set(derive --derive=${words})
  endif()
  set(folder ${CMAKE_CURRENT_BINARY_DIR})
  if(NOT arg_MODEL STREQUAL name)
    set(folder ${folder}/${name})
    file(MAKE_DIRECTORY ${folder})
  endif()
  list(TRANSFORM arg_DEPENDS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  if(arg_SOURCES MATCHES "\\.py$")
    set(command agc::agc -c ${arg_SOURCES})
    list(APPEND arg_DEPENDS agc::agc ${CMAKE_CURRENT_SOURCE_DIR}/${arg_SOURCES})
    if(TARGET _agc)
      list(APPEND arg_DEPENDS _agc)
    endif()
  else()
    _agc_add_generator(${name}-generator ${arg_SOURCES})
    set(command ${name}-generator)
    list(APPEND arg_DEPENDS ${name}-generator)
  endif()
  set(object ${folder}/${arg_MODEL}.o)
  set(header ${folder}/${arg_MODEL}.h)
  add_custom_command(
    OUTPUT ${object} ${header}
    COMMAND ${command} -o ${object} --cpu=${arg_CPU} ${derive}
    DEPENDS ${arg_DEPENDS}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "agc ${name}.o"
    VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  add_library(${name} STATIC ${object} ${header})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${name} PUBLIC ${folder})
  target_link_libraries(${name} PUBLIC agc::runtime m)
endfunction()

# The program that traces a C++ model.
function(_agc_add_generator name)
  add_executable(${name} ${ARGN})
  target_link_libraries(${name} PRIVATE agc::trace)
  # Source lines that the trace carries into diagnostics and the object are relative to the folder,
  # also where a compiler cache has made its path one that is relative to the build.
  file(RELATIVE_PATH relative ${CMAKE_BINARY_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE "-fmacro-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/="
                         "-fmacro-prefix-map=${relative}/=")
endfunction()
