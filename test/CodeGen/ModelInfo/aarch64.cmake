# Compiles the runtime, the emitted model and its tests for aarch64 and runs them under qemu.
file(GLOB runtime ${SOURCE}/runtime/src/*.c)
file(MAKE_DIRECTORY ${WORK})
foreach(name context call state)
  execute_process(COMMAND ${CC} --target=aarch64-linux-gnu -fuse-ld=lld -std=c11 -O2
    -Wno-override-module -I${SOURCE}/runtime/include -I${MODEL} ${runtime} ${MODEL}/line.ll
    ${SOURCE}/test/Runtime/line-body.c ${SOURCE}/test/Runtime/${name}-test.c -lpthread
    -o ${WORK}/${name}-test COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND ${QEMU} -L ${SYSROOT} ${WORK}/${name}-test ${WORK}
    COMMAND_ERROR_IS_FATAL ANY)
endforeach()
