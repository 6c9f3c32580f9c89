# Installs agc into an empty folder, then configures, builds and runs the outside project of SOURCE.
# COMPONENTS: which parts are installed.
file(REMOVE_RECURSE ${WORK})
set(run COMMAND_ERROR_IS_FATAL ANY)
foreach(component ${COMPONENTS})
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component ${component}
    --prefix ${WORK}/prefix OUTPUT_QUIET ${run})
endforeach()
execute_process(COMMAND ${CMAKE_COMMAND} -S ${SOURCE} -B ${WORK}/build -G ${GENERATOR}
  -DCMAKE_C_COMPILER=${CC} -DCMAKE_CXX_COMPILER=${CXX} -DCMAKE_BUILD_TYPE=Release
  -DCMAKE_PREFIX_PATH=${WORK}/prefix OUTPUT_QUIET ${run})
execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build OUTPUT_QUIET ${run})
execute_process(COMMAND ${WORK}/build/outside ${WORK}/state.safetensors ${run})
if(NOT "compiler" IN_LIST COMPONENTS AND NOT EXISTS ${WORK}/state.safetensors)
  message(FATAL_ERROR "the outside project saved no state")
endif()
