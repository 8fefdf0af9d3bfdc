/// Vector loops, memory and threads under Gradus. Not a stable interface: use the Swift module.
///
/// Glossary: N batch, H W height and width, C channels. Every array is contiguous and row-major unless strides are
/// given; strides count elements. Sizes are trusted: the Swift side checks them.
#ifndef GRADUS_KERNELS_H
#define GRADUS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: Memory (memory.c)

/// A block of at least `bytes` bytes, aligned to 64; blocks given back are used again before the system is asked.
void *gradus_allocate(size_t bytes);
/// Gives back a block of `gradus_allocate`.
void gradus_release(void *block);
/// Returns all unused blocks to the system.
void gradus_trim(void);
/// Bytes in use by callers, and the largest value that this number has had.
size_t gradus_bytes_in_use(void);
size_t gradus_peak_bytes_in_use(void);
/// Bytes of the unused blocks that are kept.
size_t gradus_bytes_kept(void);

// MARK: Threads (threads.c)

/// Calls body(context, i) for each i in 0..<count, on the pool's threads and the caller's.
/// Runs on the caller alone when called from inside such a body.
void gradus_parallel(ptrdiff_t count, void (*body)(void *context, ptrdiff_t index), void *context);
/// The number of threads that share the work, the caller's included.
int gradus_threads(void);
void gradus_set_threads(int count);

// MARK: Instruction sets (instruction_set.c)

/// What the kernels are compiled for: any processor, x86-64-v3 (AVX2) or x86-64-v4 (AVX-512).
typedef enum { GRADUS_ANY = 1, GRADUS_V3, GRADUS_V4 } gradus_instructions;
/// The one in use: the processor's best, or at most what GRADUS_INSTRUCTIONS names when it is first asked: any, v3 or v4.
gradus_instructions gradus_instruction_set(void);
/// Uses at most the given one from now on, so that tests can compare them.
void gradus_limit_instruction_set(gradus_instructions most);

// MARK: Arithmetic, for Float and Double from one source (templates/)

typedef enum {
    GRADUS_NEGATE, GRADUS_EXP, GRADUS_LOG, GRADUS_LOG1P, GRADUS_SQRT, GRADUS_SQUARE, GRADUS_RECIPROCAL, GRADUS_ABS,
    GRADUS_SIN, GRADUS_COS, GRADUS_TANH, GRADUS_SIGMOID, GRADUS_SOFTPLUS, GRADUS_RELU, GRADUS_LEAKY_RELU, GRADUS_ELU,
    GRADUS_GELU, GRADUS_SILU, GRADUS_SIGN, GRADUS_FLOOR, GRADUS_ROUND, GRADUS_ADD_SCALAR, GRADUS_MULTIPLY_SCALAR, GRADUS_DIVIDE_SCALAR, GRADUS_DIVIDE_INTO_SCALAR,
    GRADUS_POWER_SCALAR, GRADUS_MAX_SCALAR, GRADUS_MIN_SCALAR, GRADUS_ERF, GRADUS_RELU6,
    GRADUS_EXP2, GRADUS_EXPM1, GRADUS_LOG2, GRADUS_LOG10, GRADUS_TAN, GRADUS_ATAN, GRADUS_ERFC, GRADUS_TANH_GELU
} gradus_unary;

typedef enum {
    GRADUS_ADD, GRADUS_SUBTRACT, GRADUS_MULTIPLY, GRADUS_DIVIDE, GRADUS_WEIGH, GRADUS_POWER, GRADUS_MAXIMUM, GRADUS_MINIMUM,
    GRADUS_ATAN2
} gradus_binary;

typedef enum { GRADUS_SUM, GRADUS_MAX, GRADUS_MIN } gradus_reduction;

/// AND and OR are for truth values.
typedef enum {
    GRADUS_EQUAL, GRADUS_UNEQUAL, GRADUS_LESS, GRADUS_LESS_EQUAL, GRADUS_GREATER, GRADUS_GREATER_EQUAL, GRADUS_AND, GRADUS_OR
} gradus_comparison;

/// The element types of tensors.
typedef enum { GRADUS_FLOAT, GRADUS_DOUBLE, GRADUS_INT32, GRADUS_UINT8, GRADUS_BOOL } gradus_element;

/// The sizes of a convolution or pooling: N images of H × W × C, windows of KH × KW.
typedef struct {
    ptrdiff_t height, width, channels;
    ptrdiff_t kernel_height, kernel_width;
    ptrdiff_t stride_height, stride_width;
    ptrdiff_t dilation_height, dilation_width;
    ptrdiff_t pad_top, pad_left;
    ptrdiff_t out_height, out_width;
} gradus_window;

/// What the rows of a cross-entropy aim at: the label's class with 1 − smoothing, and all classes alike with the rest, each
/// times its weight.
typedef struct {
    double smoothing;
    const void *_Nullable class_weights;
    /// Whether rows labeled `ignored` count for nothing.
    int ignores;
    int32_t ignored;
} gradus_targets;

/// What follows a convolution: y = slope(sum · scale + shift + residual), at most `most`; `scale` and `shift` have a number for
/// each channel, `residual` lies as the result does.
typedef struct {
    const void *_Nullable scale, *_Nullable shift, *_Nullable residual;
    /// What negative results are multiplied by: 1 leaves them, 0 is a ReLU.
    double negative_slope;
    /// What larger results become; 0 for no limit.
    double most;
} gradus_epilogue;

/// The sizes of a Winograd convolution of images of height × width × channels. Tiles of tile × tile outputs, of which
/// tile_rows × tile_columns cover an image's out_height × out_width × filters, are computed by `points` points along an axis.
/// A call handles `tiles` of them, counted through all images from `first_tile`.
typedef struct {
    ptrdiff_t points, tile;
    ptrdiff_t height, width, channels, stride, pad_top, pad_left;
    ptrdiff_t out_height, out_width, filters;
    ptrdiff_t out_image_step, out_row_step, out_column_step;
    ptrdiff_t tile_rows, tile_columns;
    ptrdiff_t first_tile, tiles;
    /// Elements from one position's values, or sums, to the next one's.
    ptrdiff_t value_step, sum_step;
    /// What follows the sums.
    gradus_epilogue epilogue;
} gradus_winograd;

/// The kernel × kernel taps of a window: elements from one row, one column, and one position's values, to the next.
typedef struct {
    ptrdiff_t points, kernel;
    ptrdiff_t row_step, column_step, position_step;
} gradus_winograd_taps;

/// The sizes of a direct product of windows with weights. A window is `runs` runs of `run_length` neighboring elements; run r
/// begins `run_offsets[r]` elements behind the place that belongs to the window's image, row and column. With `groups`, the
/// same is done for each: its windows begin `in_group_step` elements after those of the one before, its outputs behind that
/// one's, and its packed weights too.
typedef struct {
    ptrdiff_t groups, in_group_step;
    ptrdiff_t images, rows, columns;
    ptrdiff_t in_image_step, in_row_step, in_column_step;
    ptrdiff_t out_image_step, out_row_step, out_column_step;
    ptrdiff_t runs, run_length;
    const ptrdiff_t *run_offsets;
    /// All outputs of a group, and the part that is computed, which begins at a multiple of GRADUS_BLOCK_BYTES.
    ptrdiff_t outputs, first_output, end_output;
    /// Whether the result is added to what is there.
    int accumulates;
    /// What follows the sums.
    gradus_epilogue epilogue;
    /// Of a gradient: elements from one row of the sums to the next.
    ptrdiff_t sum_step;
} gradus_direct;

/// The sizes of an attention, and where its queries may look; see templates/attention.inc.
typedef struct {
    /// Of one batch element; `features` and `value_features` of one head.
    ptrdiff_t queries, keys, heads, features, value_features;
    /// Elements from one place to the next, and from one batch element or source to the next; gradients lie likewise.
    ptrdiff_t query_step, key_step, value_step, query_batch, key_batch, value_batch;
    /// Multiplies the inner products.
    double scale;
    /// Whether query i looks only at keys up to i + offset.
    int is_causal;
    ptrdiff_t offset;
    /// Which keys of each source may be looked at, [M, K].
    const uint8_t *_Nullable mask;
    /// The source of each batch element; its own number where that is null.
    const int32_t *_Nullable sources;
    /// Of the fused form: where queries may look, and what is added to scores, with the elements from one batch element, head,
    /// query and key to the next.
    const uint8_t *_Nullable looks;
    ptrdiff_t looks_steps[4];
    const void *_Nullable bias;
    ptrdiff_t bias_steps[4];
    /// The part of the weights that is kept, 1 for all, and where the numbers that choose them begin.
    double keep;
    uint64_t seed, first_word;
} gradus_attention;

/// The outputs that are computed together, in bytes; how much of packed numbers is meant to stay in a core's cache; and the
/// rows of a tile.
enum { GRADUS_BLOCK_BYTES = 128, GRADUS_CACHED_BYTES = 384 * 1024, GRADUS_TILE_ROWS = 14 };

// MARK: Tables of kernels. A kernel is called operation_type_set: softmax_f32_v4.

#pragma clang assume_nonnull end

#define ELEMENT float
#define KERNEL_TABLE gradus_kernels_f32
#include "kernel_table.inc"

#define ELEMENT double
#define KERNEL_TABLE gradus_kernels_f64
#include "kernel_table.inc"

/// What both look like to code that is generic over the element type.
#define ELEMENT void
#define KERNEL_TABLE gradus_kernels
#include "kernel_table.inc"

#pragma clang assume_nonnull begin

/// The kernels that are not for the types of gradients alone.
typedef struct {
    /// Fills out[0..<n] with 32-bit words number first, first + 1, … of the stream `seed`: Philox 4x32-10 (Salmon et al. 2011).
    void (*random_words)(uint64_t seed, uint64_t first, uint32_t *out, ptrdiff_t n);
    /// out[i] = Σⱼ |row[j] − points[i, j]| for `count` rows of `points`.
    void (*manhattan)(uint32_t *out, const uint8_t *row, const uint8_t *points, ptrdiff_t count, ptrdiff_t features);
    /// Writes a strided view of elements of 1, 4 or 8 bytes one after another; a stride may be 0.
    void (*copy_strided)(void *out, const void *in, int rank, const ptrdiff_t *shape, const ptrdiff_t *strides,
                         int element_size);
    /// Indices first..<first + count of the first axis of `in` with before[a] and after[a] elements of `value` around axis a;
    /// rank ≥ 1.
    void (*surround)(void *out, const void *in, int rank, const ptrdiff_t *shape, const ptrdiff_t *before, const ptrdiff_t *after,
                     const void *value, ptrdiff_t first, ptrdiff_t count, int element_size);
    /// Concatenates the `parts` sources row by row, for rows first..<first + count: row_bytes[s] bytes of source s in each.
    void (*join_rows)(void *out, const void *_Nonnull const *_Nonnull sources, const size_t *row_bytes, ptrdiff_t parts,
                      ptrdiff_t first, ptrdiff_t count);
    /// Whether one of `count` indices is not in 0..<n.
    int (*has_outside)(const int32_t *indices, ptrdiff_t count, ptrdiff_t n);
    /// out[i, :] = x[indices[i], :].
    void (*gather_rows)(void *out, const void *x, const int32_t *indices, ptrdiff_t count, size_t row_bytes);
    /// out[o, j, i] = x[o, indices[o, j, i], i] for x[outer, n, inner] and out[outer, k, inner].
    void (*take)(void *out, const void *x, const int32_t *indices, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t k, ptrdiff_t inner,
                 int element_size);
    /// out = a op b as 0 or 1, with broadcasting as in `binary`.
    void (*compare)(gradus_element type, gradus_comparison op, uint8_t *out, const void *a, const void *b, int rank,
                    const ptrdiff_t *shape, const ptrdiff_t *a_strides, const ptrdiff_t *b_strides);
    /// The number of true elements.
    ptrdiff_t (*count_true)(const uint8_t *mask, ptrdiff_t n);
    /// out = mask ? a : b with broadcasting.
    void (*choose)(void *out, const uint8_t *mask, const void *a, const void *b, int rank, const ptrdiff_t *shape,
                   const ptrdiff_t *mask_strides, const ptrdiff_t *a_strides, const ptrdiff_t *b_strides, int element_size);
    /// out = a op b for the sum, the difference and the product, with broadcasting; returns whether one left the range.
    int (*integer_binary)(gradus_binary op, int32_t *out, const int32_t *a, const int32_t *b, int rank, const ptrdiff_t *shape,
                          const ptrdiff_t *a_strides, const ptrdiff_t *b_strides);
    /// The elements in another type, clamped to its range; for integers fractions are cut off and NaN becomes 0.
    void (*convert)(gradus_element from, void *out, gradus_element to, const void *in, ptrdiff_t n);
    /// Places of the largest or smallest elements along the middle axis of x[outer, n, inner], of the first `columns` of
    /// `inner`: the first of equals, with NaN above all numbers.
    void (*best)(gradus_element type, int smallest, int32_t *out, const void *x, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner,
                 ptrdiff_t columns);
    /// The places of a row's elements in order; equal ones keep theirs, NaN is above all numbers. `scratch` has room for n
    /// items of GRADUS_ORDER_BYTES.
    void (*order)(gradus_element type, int descending, int32_t *out, const void *x, ptrdiff_t n, void *scratch);
    /// The places of the k ≥ 1 largest of a row of floats or doubles in descending order, k items of scratch.
    void (*largest)(gradus_element type, int32_t *out, const void *x, ptrdiff_t n, ptrdiff_t k, void *scratch);
} gradus_byte_kernels;

#define GRADUS_ORDER_BYTES 32

/// The kernels of the instruction set in use.
const gradus_kernels *gradus_f32(void);
const gradus_kernels *gradus_f64(void);
const gradus_byte_kernels *gradus_bytes(void);

/// All kernels for one instruction set.
typedef struct {
    gradus_instructions set;
    const gradus_kernels_f32 *f32;
    const gradus_kernels_f64 *f64;
    const gradus_byte_kernels *bytes;
} gradus_tables;

/// The tables of a set, or null where this processor does not have it.
const gradus_tables *_Nullable gradus_tables_of(gradus_instructions set);

#pragma clang assume_nonnull end
#endif
