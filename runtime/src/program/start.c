/* Where an executable begins that agc links by itself: a C library's headers and start files need
 * not be installed to write one. */
#if defined(__x86_64__)
__asm__(".globl _start\n"
        "_start:\n"
        "  xorl %ebp, %ebp\n"
        "  movq %rdx, %rsi\n"
        "  movq %rsp, %rdi\n"
        "  andq $-16, %rsp\n"
        "  call agc_program_start\n");
#elif defined(__aarch64__)
__asm__(".globl _start\n"
        "_start:\n"
        "  mov x29, #0\n"
        "  mov x30, #0\n"
        "  mov x1, x0\n"
        "  mov x0, sp\n"
        "  bl agc_program_start\n");
#else
#error "agc starts programs on x86-64 and aarch64"
#endif

int main(int argc, char **argv);
int __libc_start_main(int (*main)(int, char **), int argc, char **argv, void (*init)(void),
                      void (*fini)(void), void (*exit)(void), void *stack);

void agc_program_start(long *stack, void (*exit)(void));
void agc_program_start(long *stack, void (*exit)(void)) {
  __libc_start_main(main, (int)*stack, (char **)(stack + 1), 0, 0, exit, stack);
}
