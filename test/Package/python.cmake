# Installs the package into an empty folder, and runs, checks and compiles programs from there.
file(REMOVE_RECURSE ${WORK})
set(run COMMAND_ERROR_IS_FATAL ANY)
foreach(component runtime compiler python)
  execute_process(COMMAND ${CMAKE_COMMAND} --install ${BUILD} --component ${component}
    --prefix ${WORK}/prefix OUTPUT_QUIET ${run})
endforeach()
set(agc ${WORK}/prefix/bin/agc)
set(ENV{PYTHONPATH} "")
set(ENV{AGC_CACHE_DIR} ${WORK}/cache)

set(program ${SOURCE}/Conformance/08_programs/legendre)
execute_process(COMMAND ${agc} run ${program}.py OUTPUT_VARIABLE printed ${run})
file(READ ${program}.out expected)
if(NOT printed STREQUAL expected)
  message(FATAL_ERROR "agc run printed:\n${printed}")
endif()

execute_process(COMMAND ${agc} check ${SOURCE}/Python/check/mistake.py RESULT_VARIABLE status ERROR_VARIABLE found)
if(NOT status EQUAL 1 OR NOT found MATCHES "mistake.py:6:1: error: ")
  message(FATAL_ERROR "agc check: ${status} ${found}")
endif()

# As `python -m agc`, which the command of a wheel is: it goes on as the compiler beside it.
file(GLOB package ${WORK}/prefix/lib*/agc/python)
set(ENV{PYTHONPATH} ${package})
execute_process(COMMAND ${PYTHON} -P -m agc ${SOURCE}/../examples/digits/digits.py -O1 -o ${WORK}/digits ${run})
execute_process(COMMAND ${WORK}/digits OUTPUT_VARIABLE functions ERROR_VARIABLE functions)
if(NOT functions MATCHES "predict")
  message(FATAL_ERROR "the program lists:\n${functions}")
endif()
