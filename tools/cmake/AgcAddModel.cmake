# agc_add_model(NAME SOURCES a.cpp … [DEPENDS data …] [CPU name] [DERIVE word …]): a model as a library.
#
# Builds the generator NAME-generator from the sources, runs it in the source folder, where it finds
# its data, and gives the target NAME: link it, and include "NAME.h". CPU and DERIVE are what agc's
# --cpu and --derive take.
function(agc_add_model name)
  cmake_parse_arguments(arg "" "CPU" "SOURCES;DEPENDS;DERIVE" ${ARGN})
  if(NOT arg_CPU)
    set(arg_CPU native)
  endif()
  set(derive)
  if(arg_DERIVE)
    list(JOIN arg_DERIVE "," words)
    set(derive --derive=${words})
  endif()
  add_executable(${name}-generator ${arg_SOURCES})
  target_link_libraries(${name}-generator PRIVATE agc::trace)
  # Source lines that the trace carries into diagnostics and the object are relative to the folder,
  # also where a compiler cache has made its path one that is relative to the build.
  file(RELATIVE_PATH relative ${CMAKE_BINARY_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
  target_compile_options(${name}-generator PRIVATE
                         "-fmacro-prefix-map=${CMAKE_CURRENT_SOURCE_DIR}/="
                         "-fmacro-prefix-map=${relative}/=")

  list(TRANSFORM arg_DEPENDS PREPEND ${CMAKE_CURRENT_SOURCE_DIR}/)
  set(object ${CMAKE_CURRENT_BINARY_DIR}/${name}.o)
  set(header ${CMAKE_CURRENT_BINARY_DIR}/${name}.h)
  add_custom_command(
    OUTPUT ${object} ${header}
    COMMAND ${name}-generator -o ${object} --cpu=${arg_CPU} ${derive}
    DEPENDS ${name}-generator ${arg_DEPENDS}
    WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR}
    COMMENT "agc ${name}.o"
    VERBATIM)
  set_source_files_properties(${object} PROPERTIES EXTERNAL_OBJECT TRUE GENERATED TRUE)
  add_library(${name} STATIC ${object} ${header})
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE C)
  target_include_directories(${name} PUBLIC ${CMAKE_CURRENT_BINARY_DIR})
  target_link_libraries(${name} PUBLIC agc::runtime m)
endfunction()
