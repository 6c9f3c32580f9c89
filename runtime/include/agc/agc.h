/* The C interface between models that agc compiles, the programs that call them, and the runtime.
 *
 * It stands alone: C11 or C++17, <stdint.h> and <stddef.h>. It only grows at the ends: a number
 * keeps its meaning, a field its offset. What it promises is in runtime/README.md.
 */
#ifndef AGC_AGC_H
#define AGC_AGC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
#define AGC_STATIC_ASSERT(condition, why) static_assert(condition, why)
extern "C" {
#else
#define AGC_STATIC_ASSERT(condition, why) _Static_assert(condition, why)
#endif

#if defined(__GNUC__)
#define AGC_PRINTF(text, rest) __attribute__((__format__(__printf__, text, rest)))
#else
#define AGC_PRINTF(text, rest)
#endif

/* The version of this interface: what agc_context_init and NAME_info are told. */
#define AGC_VERSION 1u

/* State and workspace begin at a multiple of this; inputs and outputs at one of their element. */
#define AGC_ALIGNMENT 64u

/* The bytes that every state begins with; agc writes and checks them, see agc_state_init. */
#define AGC_STATE_HEADER_BYTES 64u

/* ---- Errors ---- */

/* Numbered once for ever. The context carries the message that goes with a code. */
typedef enum agc_status {
  AGC_OK = 0,
  AGC_ERROR_CONTEXT = 1,   /* the context is NULL, not initialised, or of another version */
  AGC_ERROR_NULL = 2,      /* a pointer is NULL */
  AGC_ERROR_ALIGNMENT = 3, /* a pointer is not aligned */
  AGC_ERROR_SIZE = 4,      /* a buffer is too small, or a size does not fit */
  AGC_ERROR_OVERLAP = 5,   /* an output overlaps another buffer */
  AGC_ERROR_EXTENT = 6,    /* an extent is out of its range */
  AGC_ERROR_COUNT = 7,     /* a call has the wrong number of inputs, outputs or extents */
  AGC_ERROR_VERSION = 8,   /* a call, header or description is of another version than the model */
  AGC_ERROR_STATE = 9,     /* a state was not initialised, or belongs to another model */
  AGC_ERROR_INDEX = 10,    /* a value used as an index is out of range */
  AGC_ERROR_DIVISION = 11, /* an integer is divided by zero */
  AGC_ERROR_VALUE = 12,    /* another value is out of an operation's domain */
  AGC_ERROR_FILE = 13,     /* a file cannot be opened, read or written */
  AGC_ERROR_FORMAT = 14,   /* a file is not well-formed safetensors */
  AGC_ERROR_NAME = 15,     /* a file lacks a tensor, repeats one, or has one the model lacks */
  AGC_ERROR_TYPE = 16,     /* a tensor in a file has another dtype or shape than the model's */
  AGC_ERROR_MEMORY = 17,   /* the allocator returned NULL */
  AGC_ERROR_THREAD = 18,   /* a thread cannot be started */
  AGC_ERROR_RESIDUAL = 19  /* a residual is not of this function's forward, or of other extents */
} agc_status;

/* ---- The context: all that a call may use and is not its data ---- */

#define AGC_ERROR_TEXT_BYTES 512

typedef struct agc_context agc_context;

/* One chunk of a call's work. Chunks are fixed at compile time; any order, any thread. */
typedef void (*agc_chunk_body)(void *argument, int64_t chunk);

/* A context serves one call at a time; give each thread that calls models its own. */
struct agc_context {
  uint32_t size;    /* sizeof(agc_context) as the caller knows it */
  uint32_t version; /* AGC_VERSION as the caller knows it */
  void *user;       /* the caller's, never touched */
  /* Memory for agc_state_save and agc_state_load; NULL: malloc and free. Models never allocate. */
  void *(*allocate)(agc_context *context, uint64_t bytes, uint64_t alignment);
  void (*release)(agc_context *context, void *block, uint64_t bytes);
  /* Runs body(argument, 0 .. chunks - 1), returns when all have run; NULL: one after the other. */
  void (*parallel_for)(agc_context *context, agc_chunk_body body, void *argument, int64_t chunks);
  void *pool;                       /* parallel_for's own, see agc/pool.h */
  agc_status status;                /* the last error */
  uint32_t reserved;                /* zero */
  char error[AGC_ERROR_TEXT_BYTES]; /* its message, always terminated */
};

/* Makes a context usable: one thread, no allocator; set its fields afterwards. */
#define agc_context_init(context)                                                                  \
  agc_context_init_sized((context), sizeof(agc_context), AGC_VERSION)
agc_status agc_context_init_sized(agc_context *context, size_t size, uint32_t version);

/* The message of the last error; "" when there was none. */
const char *agc_error(const agc_context *context);

/* A status as its enumerator's name, "AGC_ERROR_INDEX"; "AGC_ERROR_?" for an unknown number. */
const char *agc_status_name(agc_status status);

/* ---- Types ---- */

/* Numbered once for ever. A bool is one byte, 0 or 1; a complex number is real, then imaginary. */
typedef enum agc_dtype {
  AGC_BOOL = 1,
  AGC_U8 = 2,
  AGC_I8 = 3,
  AGC_U16 = 4,
  AGC_I16 = 5,
  AGC_U32 = 6,
  AGC_I32 = 7,
  AGC_U64 = 8,
  AGC_I64 = 9,
  AGC_F16 = 10,
  AGC_BF16 = 11,
  AGC_F32 = 12,
  AGC_F64 = 13,
  AGC_C64 = 14,
  AGC_C128 = 15
} agc_dtype;

/* Bytes of one element, and the dtype's name ("f32"); 0 and "?" for an unknown number. */
uint64_t agc_dtype_bytes(agc_dtype dtype);
const char *agc_dtype_name(agc_dtype dtype);

/* ---- Calls ---- */

/* A size that the caller vouches for: the entry then checks everything but the buffer's size. */
#define AGC_UNSIZED UINT64_MAX

typedef struct agc_input {
  const void *data;
  uint64_t bytes;
} agc_input;
typedef struct agc_output {
  void *data;
  uint64_t bytes;
} agc_output;

/* The arguments of a uniform entry. A buffer of no bytes may be NULL. */
typedef struct agc_call {
  uint32_t size; /* sizeof(agc_call) as the caller knows it */
  uint32_t input_count, output_count, extent_count;
  const agc_input *inputs;
  const agc_output *outputs;
  const int64_t *extents; /* one for each of the function's extents, in order */
  agc_output state;       /* not looked at when the function uses no state */
  agc_output workspace;
} agc_call;

/* ---- Descriptions: what a model tells generic tools ---- */

typedef struct agc_model_info agc_model_info;

/* An input or output. Row-major; extents[i] = -1 - k stands for extent k of the function, where the
 * derived extents follow the arguments: k = extent_count is the first derived one. An output with a
 * `count` has room for the most that there can be: how many elements of the first dim a call has
 * filled, from the start, is in the output count - 1, an i64. */
typedef struct agc_tensor_info {
  const char *name;
  const int64_t *extents;
  agc_dtype dtype;
  uint32_t rank;
  uint32_t alignment; /* bytes; the element's, more where a function asks for it */
  uint32_t count;     /* 0: all of it is filled */
} agc_tensor_info;

/* One named part of the state. `initial` has `bytes` bytes; NULL stands for zeros. */
typedef struct agc_state_info {
  const char *name;
  const int64_t *extents;
  agc_dtype dtype;
  uint32_t rank;
  uint64_t offset, bytes;
  const void *initial;
} agc_state_info;

/* An extent that is known only when the function is called; it lies in [min, max]. */
typedef struct agc_extent_info {
  const char *name;
  int64_t min, max;
} agc_extent_info;

#define AGC_FUNCTION_USES_STATE 1u

/* A number that follows from a call's extents; -1: more than fits. */
typedef int64_t (*agc_extent_function)(const int64_t *extents);
typedef agc_status (*agc_entry)(agc_context *context, const agc_call *call);

typedef struct agc_function_info {
  uint32_t size;        /* sizeof(agc_function_info) as the model knows it */
  uint32_t flags;       /* AGC_FUNCTION_… */
  const char *name;     /* without the model's: "train_step" */
  const char *location; /* where the program defines it, "digits.cpp:12"; "" when unknown */
  const agc_model_info *model;
  uint32_t input_count, output_count, extent_count, derived_count;
  const agc_tensor_info *const *inputs;
  const agc_tensor_info *const *outputs;
  const agc_extent_info *const *extents;
  const agc_extent_function *derived; /* NULL when there is none */
  uint64_t workspace_bytes;           /* when it does not depend on an extent */
  agc_extent_function workspace;      /* else this */
  agc_entry call;
  /* What the program's function returns, as JSON: an output by its name, null for none,
   * {"list": […]}, {"dict": {"key": …}}, {"tuple": […]} and, of a tuple whose parts have names,
   * {"tuple": {"values": …, "indices": …}, "name": "sort"}. NULL: one output, or a tuple of them.
   */
  const char *structure;
} agc_function_info;

/* NAME_info(version) returns it, or NULL when the model is newer than that version. */
struct agc_model_info {
  uint32_t size;    /* sizeof(agc_model_info) as the model knows it */
  uint32_t version; /* AGC_VERSION as the model knows it */
  const char *name;
  const char *producer; /* "agc 0.1.0" */
  uint64_t abi_hash;    /* of all that a caller depends on; NAME_ABI_HASH in the header */
  uint64_t state_bytes; /* header included; 0 for a model without state */
  uint32_t state_count, function_count;
  const agc_state_info *const *states;
  const agc_function_info *const *functions;
};

typedef const agc_model_info *(*agc_info_function)(uint32_t version);

/* The function of that name, or NULL. */
const agc_function_info *agc_model_function(const agc_model_info *model, const char *name);

/* Bytes of an input or output, and of the workspace, for these extents; -1 when they do not fit, or
 * a pointer that is needed is NULL. */
int64_t agc_tensor_bytes(const agc_function_info *function, const agc_tensor_info *tensor,
                         const int64_t *extents);
int64_t agc_workspace_bytes(const agc_function_info *function, const int64_t *extents);

/* Extent `dim` of a tensor for these extents of the function; -1 as above, or without that dim; -2
 * where they would make it negative: no bytes, and a call fails. */
int64_t agc_tensor_extent(const agc_function_info *function, const agc_tensor_info *tensor,
                          uint32_t dim, const int64_t *extents);

/* ---- State ---- */

/* Writes the model's initial state; `abi_hash` is the caller's NAME_ABI_HASH or the model's own. */
agc_status agc_state_init(agc_context *context, const agc_model_info *model, void *state,
                          uint64_t abi_hash);

/* Saves every part of the state by its name, as safetensors. No partial file is left behind. */
agc_status agc_state_save(agc_context *context, const agc_model_info *model, const void *state,
                          const char *path);

/* Loads what agc_state_save wrote, or any safetensors file with the same names, dtypes and shapes.
 * All or nothing: on an error the state is as it was. */
agc_status agc_state_load(agc_context *context, const agc_model_info *model, void *state,
                          const char *path);

/* The same in memory, with no allocation: *saved is the size, also when `capacity` is too small. */
agc_status agc_state_save_memory(agc_context *context, const agc_model_info *model,
                                 const void *state, void *buffer, uint64_t capacity,
                                 uint64_t *saved);
agc_status agc_state_load_memory(agc_context *context, const agc_model_info *model, void *state,
                                 const void *data, uint64_t bytes);

/* ---- For emitted code ---- */

/* Checks all that a call of `function` can get wrong before it reads or writes anything. */
agc_status agc_check_call(agc_context *context, const agc_function_info *function,
                          const agc_call *call);

/* Records an error and returns its status. Only from the thread that made the call. */
agc_status agc_fail(agc_context *context, agc_status status, const char *format, ...)
    AGC_PRINTF(3, 4);

/* Runs the chunks through the context's parallel_for, or one after the other. */
void agc_parallel_for(agc_context *context, agc_chunk_body body, void *argument, int64_t chunks);

/* ---- Layout: emitted code and other languages rely on it ---- */

AGC_STATIC_ASSERT(sizeof(void *) == 8, "agc targets 64-bit machines");
AGC_STATIC_ASSERT(sizeof(agc_status) == 4 && sizeof(agc_dtype) == 4, "emitted as i32");
AGC_STATIC_ASSERT(offsetof(agc_context, parallel_for) == 32, "append only");
AGC_STATIC_ASSERT(offsetof(agc_context, error) == 56, "append only");
AGC_STATIC_ASSERT(sizeof(agc_context) == 56 + AGC_ERROR_TEXT_BYTES, "append only");
AGC_STATIC_ASSERT(offsetof(agc_call, inputs) == 16, "emitted entries read it");
AGC_STATIC_ASSERT(offsetof(agc_call, state) == 40, "emitted entries read it");
AGC_STATIC_ASSERT(sizeof(agc_call) == 72, "emitted entries build it");
AGC_STATIC_ASSERT(sizeof(agc_input) == 16 && sizeof(agc_output) == 16, "emitted entries build it");
AGC_STATIC_ASSERT(sizeof(agc_tensor_info) == 32, "emitted as a constant");
AGC_STATIC_ASSERT(sizeof(agc_state_info) == 48, "emitted as a constant");
AGC_STATIC_ASSERT(sizeof(agc_extent_info) == 24, "emitted as a constant");
AGC_STATIC_ASSERT(offsetof(agc_function_info, inputs) == 48, "emitted as a constant");
AGC_STATIC_ASSERT(sizeof(agc_function_info) == 112, "emitted as a constant");
AGC_STATIC_ASSERT(offsetof(agc_model_info, states) == 48, "emitted as a constant");
AGC_STATIC_ASSERT(sizeof(agc_model_info) == 64, "emitted as a constant");

#ifdef __cplusplus
}
#endif

#endif
