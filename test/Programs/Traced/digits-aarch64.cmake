# Emits the digits model for a generic aarch64, links app and loss test with it, and runs both under qemu.
file(MAKE_DIRECTORY ${WORK})
set(run COMMAND_ERROR_IS_FATAL ANY)
set(digits ${SOURCE}/examples/digits)
execute_process(COMMAND ${GENERATOR} -o ${WORK}/digits.o --target=aarch64-linux-gnu --cpu=generic
  WORKING_DIRECTORY ${digits} ${run})
file(GLOB runtime ${SOURCE}/runtime/src/*.c)
foreach(program ${digits}/main.c ${SOURCE}/test/Programs/Traced/digits-losses.c)
  get_filename_component(name ${program} NAME_WE)
  execute_process(COMMAND ${CC} -std=c11 -O2 -I${SOURCE}/runtime/include -I${WORK} ${program}
    ${WORK}/digits.o ${runtime} -lm -lpthread -o ${WORK}/${name} ${run})
endforeach()
# The loss of each of the first steps, within the tolerance that it has on this machine.
execute_process(COMMAND ${QEMU} -L ${SYSROOT} ${WORK}/digits-losses ${digits}/digits.csv
  ${digits}/losses.txt ${run})
execute_process(COMMAND ${QEMU} -L ${SYSROOT} ${WORK}/main ${digits}/digits.csv
  OUTPUT_VARIABLE said ${run})
if(NOT said MATCHES "test accuracy +(9[6-9]\\.|100)")
  message(FATAL_ERROR "the app on aarch64 says:\n${said}")
endif()
