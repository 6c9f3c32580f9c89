/* The safetensors header: JSON of one fixed form, read strictly and in place. */
#include "safetensors.h"

#include <string.h>

static st_result malformed(st_reader *r, const char *problem) {
  if (!r->problem) {
    r->problem = problem;
    r->problem_at = 8 + (uint64_t)(r->at - r->header);
  }
  return ST_MALFORMED;
}

/* ---- JSON ---- */

static void skip_space(st_reader *r) {
  while (r->at < r->end && (*r->at == ' ' || *r->at == '\n' || *r->at == '\r' || *r->at == '\t'))
    ++r->at;
}

static bool peek(st_reader *r, char c) {
  skip_space(r);
  return r->at < r->end && *r->at == c;
}

static bool accept(st_reader *r, char c) {
  if (!peek(r, c))
    return false;
  ++r->at;
  return true;
}

static bool expect(st_reader *r, char c, const char *problem) {
  return accept(r, c) || (malformed(r, problem), false);
}

static int hex_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits of a \u escape, or -1. */
static int32_t read_hex4(const char *at, const char *end) {
  if (end - at < 4)
    return -1;
  int32_t value = 0;
  for (int i = 0; i < 4; ++i) {
    int digit = hex_digit(at[i]);
    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

/* Writes a code point as UTF-8; returns its length. */
static int encode_utf8(uint32_t code, char out[4]) {
  if (code < 0x80)
    return out[0] = (char)code, 1;
  int length = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  for (int i = length - 1; i > 0; --i, code >>= 6)
    out[i] = (char)(0x80 | (code & 0x3f));
  out[0] = (char)((0xf00 >> length) | code);
  return length;
}

/* The character after a backslash at *at, as bytes; 0 when it is no escape. */
static int read_escape(const char **at, const char *end, char out[4]) {
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (*at == end)
    return 0;
  char c = *(*at)++;
  if (c != 'u') {
    const char *found = c ? strchr(from, c) : NULL;
    return found ? (out[0] = to[found - from], 1) : 0;
  }
  int32_t code = read_hex4(*at, end);
  if (code < 0 || (code >= 0xdc00 && code < 0xe000))
    return 0;
  *at += 4;
  if (code < 0xd800 || code >= 0xe000)
    return encode_utf8((uint32_t)code, out);
  int32_t low =
      end - *at >= 6 && (*at)[0] == '\\' && (*at)[1] == 'u' ? read_hex4(*at + 2, end) : -1;
  if (low < 0xdc00 || low >= 0xe000)
    return 0;
  *at += 6;
  return encode_utf8(0x10000u + ((uint32_t)(code - 0xd800) << 10) + (uint32_t)(low - 0xdc00), out);
}

static bool read_string(st_reader *r, st_text *text) {
  if (!expect(r, '"', "expected a string"))
    return false;
  text->at = r->at;
  while (r->at < r->end && *r->at != '"') {
    unsigned char c = (unsigned char)*r->at;
    char bytes[4];
    if (c < 0x20)
      return malformed(r, "control character in a string"), false;
    const char *after = r->at + 1;
    if (c == '\\' && !read_escape(&after, r->end, bytes))
      return malformed(r, "unknown escape in a string"), false;
    r->at = after;
  }
  text->end = r->at;
  return expect(r, '"', "unterminated string");
}

static bool read_number(st_reader *r, uint64_t *value) {
  skip_space(r);
  const char *start = r->at;
  *value = 0;
  for (; r->at < r->end && *r->at >= '0' && *r->at <= '9'; ++r->at) {
    uint64_t digit = (uint64_t)(*r->at - '0');
    if (*value > ((uint64_t)INT64_MAX - digit) / 10)
      return malformed(r, "number is too large"), false;
    *value = *value * 10 + digit;
  }
  if (r->at == start)
    return malformed(r, "expected a whole number"), false;
  if (*start == '0' && r->at - start > 1)
    return malformed(r, "number with a leading zero"), false;
  return true;
}

static bool text_is(const st_text *text, const char *string) {
  size_t length = strlen(string);
  return (size_t)(text->end - text->at) == length && memcmp(text->at, string, length) == 0;
}

bool st_name_is(const st_text *text, const char *name) {
  for (const char *at = text->at; at < text->end;) {
    char bytes[4] = {*at++, 0, 0, 0};
    int length = bytes[0] == '\\' ? read_escape(&at, text->end, bytes) : 1;
    for (int i = 0; i < length; ++i)
      if (*name == '\0' || *name++ != bytes[i])
        return false;
  }
  return *name == '\0';
}

/* ---- Tensors ---- */

/* Every dtype of the format with its bits; files may hold ones that agc has no use for. */
static uint64_t dtype_bits(const st_text *dtype) {
  static const struct {
    const char *name;
    uint64_t bits;
  } dtypes[] = {{"BOOL", 8},    {"U8", 8},   {"I8", 8},   {"F8_E5M2", 8}, {"F8_E4M3", 8},
                {"F8_E8M0", 8}, {"U16", 16}, {"I16", 16}, {"F16", 16},    {"BF16", 16},
                {"U32", 32},    {"I32", 32}, {"F32", 32}, {"U64", 64},    {"I64", 64},
                {"F64", 64},    {"C64", 64}, {"F4", 4},   {"F6_E2M3", 6}, {"F6_E3M2", 6}};
  for (size_t i = 0; i < sizeof(dtypes) / sizeof(dtypes[0]); ++i)
    if (text_is(dtype, dtypes[i].name))
      return dtypes[i].bits;
  return 0;
}

const char *st_dtype_name(agc_dtype dtype) {
  static const char *const names[] = {"?",   "BOOL", "U8",  "I8",   "U16", "I16", "U32", "I32",
                                      "U64", "I64",  "F16", "BF16", "F32", "F64", "C64", "F64"};
  return names[dtype];
}

/* "[" numbers "]": their text, how many they are, and their product, UINT64_MAX if it does not fit.
 */
static bool read_shape(st_reader *r, st_tensor *tensor, uint64_t *elements) {
  if (!expect(r, '[', "expected '[' before the shape"))
    return false;
  bool empty = false, fits = true;
  tensor->shape.at = r->at;
  *elements = 1;
  if (!peek(r, ']')) {
    do {
      uint64_t extent;
      if (!read_number(r, &extent))
        return false;
      ++tensor->rank;
      empty |= extent == 0;
      fits &= extent == 0 || *elements <= (uint64_t)INT64_MAX / extent;
      if (!empty && fits)
        *elements *= extent;
    } while (accept(r, ','));
  }
  if (empty || !fits)
    *elements = empty ? 0 : UINT64_MAX;
  tensor->shape.end = r->at;
  return expect(r, ']', "expected ']' after the shape");
}

bool st_shape_is(const st_tensor *tensor, const int64_t *extents, uint32_t rank, int64_t last) {
  if (tensor->rank != (uint64_t)rank + (last != 0))
    return false;
  /* The text was checked when the tensor was read. */
  st_reader r = {.header = tensor->shape.at, .end = tensor->shape.end, .at = tensor->shape.at};
  for (uint32_t dim = 0; dim < tensor->rank; ++dim) {
    uint64_t extent;
    if ((dim && !accept(&r, ',')) || !read_number(&r, &extent) ||
        extent != (uint64_t)(dim < rank ? extents[dim] : last))
      return false;
  }
  return true;
}

static bool read_offsets(st_reader *r, st_tensor *tensor) {
  return expect(r, '[', "expected '[' before data_offsets") && read_number(r, &tensor->begin) &&
         expect(r, ',', "expected two data_offsets") && read_number(r, &tensor->end) &&
         expect(r, ']', "expected ']' after two data_offsets");
}

/* {"dtype": …, "shape": …, "data_offsets": …}, each once, in any order. */
static bool read_tensor(st_reader *r, st_tensor *tensor, uint64_t *elements) {
  enum { DTYPE = 1, SHAPE = 2, OFFSETS = 4, ALL = 7 };
  unsigned seen = 0;
  if (!expect(r, '{', "expected '{' before a tensor"))
    return false;
  do {
    st_text key;
    if (!read_string(r, &key) || !expect(r, ':', "expected ':' after a key"))
      return false;
    unsigned field = text_is(&key, "dtype")          ? DTYPE
                     : text_is(&key, "shape")        ? SHAPE
                     : text_is(&key, "data_offsets") ? OFFSETS
                                                     : 0;
    if (!field || (seen & field))
      return malformed(r, field ? "repeated key of a tensor" : "unknown key of a tensor"), false;
    seen |= field;
    bool read = field == DTYPE   ? read_string(r, &tensor->dtype)
                : field == SHAPE ? read_shape(r, tensor, elements)
                                 : read_offsets(r, tensor);
    if (!read)
      return false;
  } while (accept(r, ','));
  if (!expect(r, '}', "expected '}' after a tensor"))
    return false;
  return seen == ALL || (malformed(r, "tensor lacks dtype, shape or data_offsets"), false);
}

/* A number with its bits mixed (splitmix64): sums of such are equal where the numbers are the same.
 */
static uint64_t mixed(uint64_t number) {
  number += UINT64_C(0x9e3779b97f4a7c15);
  number = (number ^ (number >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
  number = (number ^ (number >> 27)) * UINT64_C(0x94d049bb133111eb);
  return number ^ (number >> 31);
}

static bool check_tensor(st_reader *r, const st_tensor *tensor, uint64_t elements) {
  uint64_t bits = dtype_bits(&tensor->dtype);
  if (!bits)
    return malformed(r, "unknown dtype"), false;
  if (tensor->begin > tensor->end || tensor->end > r->data_bytes)
    return malformed(r, "data_offsets lie outside the file"), false;
  if (elements > (uint64_t)INT64_MAX / bits || elements * bits % 8 != 0 ||
      elements * bits / 8 != tensor->end - tensor->begin)
    return malformed(r, "data_offsets disagree with dtype and shape"), false;
  r->covered += tensor->end - tensor->begin;
  r->joints += mixed(tensor->begin) - mixed(tensor->end);
  return r->covered <= r->data_bytes || (malformed(r, "tensors share data"), false);
}

/* {"key": "value", …}: checked, not kept. */
static bool skip_metadata(st_reader *r) {
  if (!expect(r, '{', "expected '{' before __metadata__"))
    return false;
  if (!peek(r, '}')) {
    do {
      st_text text;
      if (!read_string(r, &text) || !expect(r, ':', "expected ':' after a key") ||
          !read_string(r, &text))
        return false;
    } while (accept(r, ','));
  }
  return expect(r, '}', "expected '}' after __metadata__");
}

/* ---- The file ---- */

st_result st_open(st_reader *reader, const void *file, uint64_t bytes) {
  const unsigned char *start = file;
  memset(reader, 0, sizeof(*reader));
  if (bytes < 8) {
    reader->problem = "file is shorter than the 8 bytes of its header's length";
    return ST_MALFORMED;
  }
  uint64_t length = 0;
  for (int i = 7; i >= 0; --i)
    length = length << 8 | start[i];
  if (length > bytes - 8 || length > ST_MAX_HEADER_BYTES) {
    reader->problem =
        length > bytes - 8 ? "header is longer than the file" : "header is longer than 100 MB";
    return ST_MALFORMED;
  }
  reader->header = reader->at = (const char *)start + 8;
  reader->end = reader->header + length;
  reader->data = start + 8 + length;
  reader->data_bytes = bytes - 8 - length;
  reader->joints = mixed(reader->data_bytes) - mixed(0);
  if (length == 0 || *reader->at != '{')
    return malformed(reader, "expected '{' at the start of the header");
  ++reader->at;
  return ST_END;
}

/* After the last entry: the closing brace, then spaces only, and no data that nothing names. */
static st_result finish(st_reader *r) {
  ++r->at;
  while (r->at < r->end && *r->at == ' ')
    ++r->at;
  if (r->at != r->end)
    return malformed(r, "text after the end of the header");
  if (r->covered != r->data_bytes)
    return malformed(r, "data that belongs to no tensor");
  if (r->joints)
    return malformed(r, "tensors share data");
  r->at = NULL;
  return ST_END;
}

st_result st_next(st_reader *reader, st_tensor *tensor) {
  for (;;) {
    if (reader->problem)
      return ST_MALFORMED;
    if (!reader->at)
      return ST_END;
    bool first = reader->at == reader->header + 1;
    if (peek(reader, '}'))
      return finish(reader);
    if (!first && !expect(reader, ',', "expected ',' or '}' after a tensor"))
      return ST_MALFORMED;
    memset(tensor, 0, sizeof(*tensor));
    if (!read_string(reader, &tensor->name) || !expect(reader, ':', "expected ':' after a name"))
      return ST_MALFORMED;
    if (text_is(&tensor->name, "__metadata__")) {
      if (!skip_metadata(reader))
        return ST_MALFORMED;
      continue;
    }
    uint64_t elements = 0;
    if (!read_tensor(reader, tensor, &elements) || !check_tensor(reader, tensor, elements))
      return ST_MALFORMED;
    return ST_TENSOR;
  }
}
