/// Vector loops, memory and threads for Gradus. Not a stable interface: use the Swift module.
///
/// Glossary: N batch, H W height and width, C channels. Arrays are contiguous and row-major unless strides are given;
/// strides count elements. Sizes are not checked here; the Swift side checks them.
#ifndef GRADUS_KERNELS_H
#define GRADUS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

// MARK: Memory (memory.c)

/// A block of at least `bytes` bytes, aligned to 64; freed blocks are reused before the system is asked for more.
void *gradus_allocate(size_t bytes);
/// Frees a block of `gradus_allocate`.
void gradus_release(void *block);
/// Returns all unused blocks to the system.
void gradus_trim(void);
/// Bytes in use, and their largest value so far.
size_t gradus_bytes_in_use(void);
size_t gradus_peak_bytes_in_use(void);
/// Bytes of the free blocks that are kept for reuse.
size_t gradus_bytes_kept(void);

// MARK: Threads (threads.c)

/// Calls body(context, i) for each i in 0..<count on the pool's threads and the caller's. A nested call runs on its
/// caller's thread alone.
void gradus_parallel(ptrdiff_t count, void (*body)(void *context, ptrdiff_t index), void *context);
/// The number of threads that share the work, including the caller's.
int gradus_threads(void);
void gradus_set_threads(int count);

// MARK: Instruction sets (instruction_set.c)

/// The processors that the kernels are compiled for: any, x86-64-v3 (AVX2) or x86-64-v4 (AVX-512).
typedef enum { GRADUS_ANY = 1, GRADUS_V3, GRADUS_V4 } gradus_instructions;
/// The set in use: the best that the processor has, up to the one that GRADUS_INSTRUCTIONS names (any, v3 or v4) at
/// the first call.
gradus_instructions gradus_instruction_set(void);
/// Limits the set from now on, so that tests can compare the sets.
void gradus_limit_instruction_set(gradus_instructions highest);

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

/// AND and OR take Booleans.
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

/// The target distribution of a cross-entropy's rows: 1 − smoothing for the label's class and the rest spread over all
/// classes, each multiplied by its class weight.
typedef struct {
    double smoothing;
    const void *_Nullable class_weights;
    /// Whether rows labeled `ignored` are ignored.
    int ignores;
    int32_t ignored;
} gradus_target_distribution;

/// What follows a convolution: y = slope(accumulator · scale + shift + residual), at most `maximum`. `scale` and
/// `shift` have one element per channel; `residual` has the layout of the result.
typedef struct {
    const void *_Nullable scale, *_Nullable shift, *_Nullable residual;
    /// The factor for negative results: 1 for the identity, 0 for a ReLU.
    double negative_slope;
    /// The upper bound of the results; 0 for none.
    double maximum;
} gradus_epilogue;

/// The sizes of a Winograd convolution over images of height × width × channels. Tiles of tile × tile outputs are
/// computed at `points` points along each axis; tile_rows × tile_columns of them cover the out_height × out_width ×
/// filters of an image. A call computes `tiles` tiles from `first_tile`, numbered across all images.
typedef struct {
    ptrdiff_t points, tile;
    ptrdiff_t height, width, channels, stride, pad_top, pad_left;
    ptrdiff_t out_height, out_width, filters;
    ptrdiff_t out_image_step, out_row_step, out_column_step;
    ptrdiff_t tile_rows, tile_columns;
    ptrdiff_t first_tile, tiles;
    /// Elements from one position to the next, in the transformed input and in the products.
    ptrdiff_t transformed_step, product_step;
    /// Applied to the outputs.
    gradus_epilogue epilogue;
} gradus_winograd;

/// The kernel × kernel taps of a window, with the elements from one row, one column, and one transformed position to
/// the next.
typedef struct {
    ptrdiff_t points, kernel;
    ptrdiff_t row_step, column_step, position_step;
} gradus_winograd_taps;

/// The sizes of a product of windows with packed weights. A window consists of `segments` segments of `segment_length`
/// contiguous elements; segment s begins `segment_offsets[s]` elements after the address of the window's image, row
/// and column. Each of the `groups` has windows of its own, `in_group_step` elements after the previous group's, and
/// its own outputs and packed weights, which follow the previous group's.
typedef struct {
    ptrdiff_t groups, in_group_step;
    ptrdiff_t images, rows, columns;
    ptrdiff_t in_image_step, in_row_step, in_column_step;
    ptrdiff_t out_image_step, out_row_step, out_column_step;
    ptrdiff_t segments, segment_length;
    const ptrdiff_t *segment_offsets;
    /// The outputs of a group, and the range that is computed, which begins at a multiple of GRADUS_BLOCK_BYTES.
    ptrdiff_t outputs, first_output, end_output;
    /// Whether to add to the result.
    int accumulates;
    /// Applied to the result.
    gradus_epilogue epilogue;
    /// For the gradient: elements from one of its rows to the next.
    ptrdiff_t gradient_step;
} gradus_tiled_product;

/// The sizes and masks of an attention; see templates/attention.inc.
typedef struct {
    /// Per batch element; `features` and `value_features` are those of one head.
    ptrdiff_t queries, keys, heads, features, value_features;
    /// Elements from one position to the next, and from one batch element or source to the next. Gradients have the
    /// same layout.
    ptrdiff_t query_step, key_step, value_step, query_batch, key_batch, value_batch;
    /// The factor of the inner products.
    double scale;
    /// Whether query i attends only to keys up to i + offset.
    int is_causal;
    ptrdiff_t offset;
    /// The keys of each source that are not masked, [M, K].
    const uint8_t *_Nullable mask;
    /// The source of each batch element; null when batch element n attends to source n.
    const int32_t *_Nullable sources;
    /// For the fused form: a mask of pairs and a bias for the scores, each with the elements from one batch element,
    /// head, query and key to the next.
    const uint8_t *_Nullable pair_mask;
    ptrdiff_t pair_mask_steps[4];
    const void *_Nullable bias;
    ptrdiff_t bias_steps[4];
    /// The share of weights that dropout keeps, 1 for all, and the random words that select them.
    double keep;
    uint64_t seed, first_word;
} gradus_attention;

/// Bytes of the outputs that are computed together, bytes of packed numbers meant to stay in a core's cache, and rows
/// of a tile.
enum { GRADUS_BLOCK_BYTES = 128, GRADUS_CACHED_BYTES = 384 * 1024, GRADUS_TILE_ROWS = 14 };

// MARK: Tables of kernels. Kernels are named operation_type_set, as in softmax_f32_v4.

#pragma clang assume_nonnull end

#define ELEMENT float
#define KERNEL_TABLE gradus_kernels_f32
#include "kernel_table.inc"

#define ELEMENT double
#define KERNEL_TABLE gradus_kernels_f64
#include "kernel_table.inc"

/// Both tables as seen by code that is generic over the element type.
#define ELEMENT void
#define KERNEL_TABLE gradus_kernels
#include "kernel_table.inc"

#pragma clang assume_nonnull begin

/// The kernels for element types other than those of gradients alone.
typedef struct {
    /// Fills out[0..<n] with the 32-bit words first, first + 1, … of the stream `seed`: Philox 4x32-10 (Salmon et al.
    /// 2011).
    void (*random_words)(uint64_t seed, uint64_t first, uint32_t *out, ptrdiff_t n);
    /// out[i] = Σⱼ |row[j] − points[i, j]| for `count` rows of `points`.
    void (*manhattan)(uint32_t *out, const uint8_t *row, const uint8_t *points, ptrdiff_t count, ptrdiff_t features);
    /// A contiguous copy of a strided view with elements of 1, 4 or 8 bytes; a stride may be 0.
    void (*copy_strided)(void *out, const void *in, int rank, const ptrdiff_t *shape, const ptrdiff_t *strides,
                         int element_size);
    /// Pads axis a of `in` with before[a] and after[a] elements of `value`, for the indices first..<first + count of
    /// the first axis; rank ≥ 1.
    void (*pad)(void *out, const void *in, int rank, const ptrdiff_t *shape, const ptrdiff_t *before, const ptrdiff_t *after,
                     const void *value, ptrdiff_t first, ptrdiff_t count, int element_size);
    /// Concatenates the rows first..<first + count of the `parts` sources; a row of source s has row_bytes[s] bytes.
    void (*concatenate_rows)(void *out, const void *_Nonnull const *_Nonnull sources, const size_t *row_bytes, ptrdiff_t parts,
                      ptrdiff_t first, ptrdiff_t count);
    /// Whether any of the `count` indices is outside 0..<n.
    int (*has_index_outside)(const int32_t *indices, ptrdiff_t count, ptrdiff_t n);
    /// out[i, :] = x[indices[i], :].
    void (*gather_rows)(void *out, const void *x, const int32_t *indices, ptrdiff_t count, size_t row_bytes);
    /// out[o, j, i] = x[o, indices[o, j, i], i] for x[outer, n, inner] and out[outer, k, inner].
    void (*take_along)(void *out, const void *x, const int32_t *indices, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t k, ptrdiff_t inner,
                 int element_size);
    /// out = a op b as 0 or 1, with broadcasting as in `binary`.
    void (*compare)(gradus_element type, gradus_comparison op, uint8_t *out, const void *a, const void *b, int rank,
                    const ptrdiff_t *shape, const ptrdiff_t *a_strides, const ptrdiff_t *b_strides);
    /// The number of true elements.
    ptrdiff_t (*count_true)(const uint8_t *mask, ptrdiff_t n);
    /// out = mask ? a : b, with broadcasting.
    void (*select)(void *out, const uint8_t *mask, const void *a, const void *b, int rank, const ptrdiff_t *shape,
                   const ptrdiff_t *mask_strides, const ptrdiff_t *a_strides, const ptrdiff_t *b_strides, int element_size);
    /// out = a op b for sums, differences and products, with broadcasting; returns whether any overflowed.
    int (*integer_binary)(gradus_binary op, int32_t *out, const int32_t *a, const int32_t *b, int rank, const ptrdiff_t *shape,
                          const ptrdiff_t *a_strides, const ptrdiff_t *b_strides);
    /// The elements converted to another type and clamped to its range; conversion to integers truncates, and NaN
    /// becomes 0.
    void (*convert)(gradus_element from, void *out, gradus_element to, const void *in, ptrdiff_t n);
    /// The indices of the largest or smallest elements along the middle axis of x[outer, n, inner], for the first
    /// `columns` of `inner`: the first among equals, with NaN above all numbers.
    void (*arg_extreme)(gradus_element type, int smallest, int32_t *out, const void *x, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner,
                 ptrdiff_t columns);
    /// The indices that sort a row; the sort is stable, and NaN is above all numbers. `scratch` has room for n items
    /// of GRADUS_ARGSORT_ITEM_BYTES.
    void (*argsort)(gradus_element type, int descending, int32_t *out, const void *x, ptrdiff_t n, void *scratch);
    /// The indices of the k ≥ 1 largest elements of a row of floats or doubles in descending order; `scratch` has room
    /// for k items.
    void (*top_k)(gradus_element type, int32_t *out, const void *x, ptrdiff_t n, ptrdiff_t k, void *scratch);
} gradus_byte_kernels;

#define GRADUS_ARGSORT_ITEM_BYTES 32

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

/// The tables of a set; null when the processor does not support it.
const gradus_tables *_Nullable gradus_tables_of(gradus_instructions set);

#pragma clang assume_nonnull end
#endif
