/// Vector loops, memory and threads under Gradus. Not a stable interface: use the Swift module.
///
/// Glossary: N batch, H W height and width, C channels. Every array is contiguous and row-major unless strides are
/// given; strides count elements. Sizes are trusted: the Swift side checks them.
#ifndef GRADUS_KERNELS_H
#define GRADUS_KERNELS_H

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

/// What the direct kernels are compiled for: any processor, x86-64-v3 (AVX2) or x86-64-v4 (AVX-512).
typedef enum { GRADUS_ANY = 1, GRADUS_V3, GRADUS_V4 } gradus_instructions;
/// The one in use: the processor's best.
gradus_instructions gradus_instruction_set(void);
/// Uses at most the given one from now on, so that tests can compare them.
void gradus_limit_instruction_set(gradus_instructions most);

// MARK: Random numbers (random.c), Philox 4x32-10 (Salmon et al. 2011)

/// Fills out[0..<n] with 32-bit words number first, first + 1, … of the stream `seed`.
void gradus_random_words(uint64_t seed, uint64_t first, uint32_t *out, ptrdiff_t n);

// MARK: Moving elements of 1, 4 or 8 bytes (move.c)

/// Copies a strided view of `in` into the contiguous `out` of the given shape.
void gradus_copy_strided(void *out, const void *in, int rank, const ptrdiff_t *shape, const ptrdiff_t *strides, int element_size);

// MARK: Distances (distances.c)

/// out[i] = Σⱼ |row[j] − points[i, j]| for `count` rows of `points`.
void gradus_manhattan_u8(uint32_t *out, const uint8_t *row, const uint8_t *points, ptrdiff_t count, ptrdiff_t features);

// MARK: Arithmetic, for Float and Double from one source (templates/)

typedef enum {
    GRADUS_NEGATE, GRADUS_EXP, GRADUS_LOG, GRADUS_LOG1P, GRADUS_SQRT, GRADUS_SQUARE, GRADUS_RECIPROCAL, GRADUS_ABS,
    GRADUS_SIN, GRADUS_COS, GRADUS_TANH, GRADUS_SIGMOID, GRADUS_SOFTPLUS, GRADUS_RELU, GRADUS_LEAKY_RELU, GRADUS_ELU,
    GRADUS_GELU, GRADUS_SILU, GRADUS_SIGN, GRADUS_FLOOR, GRADUS_ROUND, GRADUS_ADD_SCALAR, GRADUS_MULTIPLY_SCALAR, GRADUS_DIVIDE_SCALAR, GRADUS_DIVIDE_INTO_SCALAR,
    GRADUS_POWER_SCALAR, GRADUS_MAX_SCALAR, GRADUS_MIN_SCALAR, GRADUS_ERF, GRADUS_RELU6
} gradus_unary;

typedef enum {
    GRADUS_ADD, GRADUS_SUBTRACT, GRADUS_MULTIPLY, GRADUS_DIVIDE, GRADUS_WEIGH, GRADUS_POWER, GRADUS_MAXIMUM, GRADUS_MINIMUM
} gradus_binary;

typedef enum { GRADUS_SUM, GRADUS_MAX, GRADUS_MIN } gradus_reduction;

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
    /// Whether rows labelled `ignored` count for nothing.
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

/// The sizes of a direct product of windows with weights. A window is `runs` runs of `run_length` neighbouring elements; run r
/// begins `run_offsets[r]` elements behind the place that belongs to the window's image, row and column.
typedef struct {
    ptrdiff_t images, rows, columns;
    ptrdiff_t in_image_step, in_row_step, in_column_step;
    ptrdiff_t out_image_step, out_row_step, out_column_step;
    ptrdiff_t runs, run_length;
    const ptrdiff_t *run_offsets;
    /// All outputs of a window, and the part that is computed, which begins at a multiple of GRADUS_BLOCK_BYTES.
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
    /// Multiplies the inner products.
    double scale;
    /// Whether query i looks only at keys up to i.
    int is_causal;
    /// Which keys of each source may be looked at, [M, K].
    const uint8_t *_Nullable mask;
    /// The source of each batch element; its own number where that is null.
    const int32_t *_Nullable sources;
} gradus_attention;

/// The outputs that are computed together, in bytes; how much of packed numbers is meant to stay in a core's cache; and the
/// rows of a tile.
enum { GRADUS_BLOCK_BYTES = 128, GRADUS_CACHED_BYTES = 384 * 1024, GRADUS_TILE_ROWS = 14 };

/// The kernels of one element type; `void *` stands for an array of it.
typedef struct {
    /// out = f(x); `p` is the function's parameter where it has one.
    void (*unary)(gradus_unary op, void *out, const void *x, double p, ptrdiff_t n);
    /// dx = dy f'(x), where y = f(x).
    void (*unary_gradient)(gradus_unary op, void *dx, const void *dy, const void *x, const void *y, double p, ptrdiff_t n);
    /// out = a op b with broadcasting: strides of 0 repeat an element; `out` is contiguous.
    void (*binary)(gradus_binary op, void *out, const void *a, const void *b, int rank, const ptrdiff_t *shape,
                   const ptrdiff_t *a_strides, const ptrdiff_t *b_strides);
    /// y += alpha x.
    void (*add_scaled)(void *y, const void *x, double alpha, ptrdiff_t n);
    /// out[o, i] = reduction over the middle axis of x[o, n, i].
    void (*reduce)(gradus_reduction op, void *out, const void *x, ptrdiff_t outer, ptrdiff_t n, ptrdiff_t inner);
    /// The sum of squares of n elements, in double precision.
    double (*sum_of_squares)(const void *x, ptrdiff_t n);

    void (*softmax)(void *y, const void *x, ptrdiff_t rows, ptrdiff_t n);
    void (*softmax_gradient)(void *dx, const void *dy, const void *y, ptrdiff_t rows, ptrdiff_t n);
    void (*log_softmax)(void *y, const void *x, ptrdiff_t rows, ptrdiff_t n);
    void (*log_softmax_gradient)(void *dx, const void *dy, const void *y, ptrdiff_t rows, ptrdiff_t n);

    /// The loss of each row and its level ln Σ exp(x); see gradus_targets.
    void (*cross_entropy)(void *losses, void *levels, const void *x, const int32_t *labels, const gradus_targets *targets,
                          ptrdiff_t rows, ptrdiff_t n);
    /// dx = factor · the gradient of the sum of the rows' losses, each times its row's factor if there are such.
    void (*cross_entropy_gradient)(void *dx, const void *x, const void *levels, const int32_t *labels,
                                   const gradus_targets *targets, const void *_Nullable row_factors, double factor,
                                   ptrdiff_t rows, ptrdiff_t n);

    /// y[r, :] = activation(y[r, :] + bias); bias may be null.
    void (*bias_activation)(gradus_unary op, int has_activation, void *y, const void *_Nullable bias, double p, ptrdiff_t rows, ptrdiff_t n);

    /// Rows of windows of one image, [out_height · out_width, KH · KW · group_channels], zeros outside;
    /// `first` and `group_channels` choose a range of channels.
    void (*im2col)(void *columns, const void *image, const gradus_window *window, ptrdiff_t first, ptrdiff_t group_channels);
    /// The transpose of im2col: adds each window back into the image.
    void (*col2im)(void *image, const void *columns, const gradus_window *window, ptrdiff_t first, ptrdiff_t group_channels);

    /// out[image, row, column, m] = epilogue(Σ over the window's elements k of in[…, k] weights[k, m]).
    void (*direct_forward)(void *out, const void *in, const void *packed, const gradus_direct *d);
    /// sums[k, m] = Σ over images, rows and columns of in[…, k] upstream[…, m], or += with `accumulates`. `scratch` has
    /// room for GRADUS_CACHED_BYTES, or for a block of outputs of all windows if that is more, and for two blocks besides.
    void (*direct_gradient)(void *sums, const void *in, const void *upstream, void *scratch, const gradus_direct *d);
    /// Rows first..<first + count of the `total` that a window has, of weights[k k_step + m output_step], as the direct
    /// kernels read them: in blocks of outputs, the last filled up with zeros.
    void (*pack_weights)(void *packed, const void *weights, ptrdiff_t first, ptrdiff_t count, ptrdiff_t total,
                         ptrdiff_t k_step, ptrdiff_t outputs, ptrdiff_t output_step);

    /// out[row, m] = Σ over k of left[row, k] right[k, m], or += with `accumulates`; `left` from pack_tiles and `right` from
    /// pack_weights.
    void (*packed_product)(void *out, ptrdiff_t out_step, const void *left, const void *right, ptrdiff_t rows,
                           ptrdiff_t outputs, ptrdiff_t terms, int accumulates);
    /// Terms first..<first + count of the `total` of each row, rows[row row_step + k k_step], as packed_product reads them:
    /// in tiles of GRADUS_TILE_ROWS rows, each one term after another. The last tile takes as much room as the others.
    void (*pack_tiles)(void *packed, const void *from, ptrdiff_t rows, ptrdiff_t row_step, ptrdiff_t first,
                       ptrdiff_t count, ptrdiff_t total, ptrdiff_t k_step);

    /// Winograd's convolution (templates/winograd.inc): values[position, tile, phase, channel] from the images' tiles.
    void (*winograd_input)(void *values, const void *images, const gradus_winograd *g);
    /// result = epilogue(tiles of sums[position, tile, filter]).
    void (*winograd_output)(void *result, const void *sums, const gradus_winograd *g);
    /// values[position, block of filters, tile, filter] from the gradient of the result.
    void (*winograd_gradient)(void *values, const void *upstream, const gradus_winograd *g);
    /// values[position, i] from weights[row, column, i], i in 0..<count.
    void (*winograd_weights)(void *values, const void *weights, ptrdiff_t count, const gradus_winograd_taps *taps);
    /// gradient[row, column, i] from sums[position, i].
    void (*winograd_weight_gradient)(void *gradient, const void *sums, ptrdiff_t count, const gradus_winograd_taps *taps);

    /// Convolutions within each channel (templates/depthwise.inc), of one image: some rows of the result, some rows of the
    /// image's gradient, and the weights' gradient of some rows of the result, which is added to `dw`.
    void (*depthwise)(void *y, const void *x, const void *w, const gradus_window *window, const gradus_epilogue *epilogue,
                      ptrdiff_t first, ptrdiff_t count);
    void (*depthwise_input_gradient)(void *dx, const void *dy, const void *w, const gradus_window *window, ptrdiff_t first,
                                     ptrdiff_t count);
    void (*depthwise_weight_gradient)(void *dw, const void *x, const void *dy, const gradus_window *window, ptrdiff_t first,
                                      ptrdiff_t count);

    /// The largest element of each window, and where in the image it was, if that is wanted.
    void (*max_pool)(void *y, int32_t *_Nullable where, const void *x, const gradus_window *window);
    void (*max_pool_gradient)(void *dx, const void *dy, const int32_t *where, const gradus_window *window);
    /// The mean of each window; padding counts only when `count_padding`.
    void (*average_pool)(void *y, const void *x, const gradus_window *window, int count_padding);
    void (*average_pool_gradient)(void *dx, const void *dy, const gradus_window *window, int count_padding);

    /// Of each column of x[rows, n]: its mean and its sum of squares around it.
    void (*column_moments)(void *means, void *squares, const void *x, ptrdiff_t rows, ptrdiff_t n);
    /// Mean and biased variance of all rows from the moments of pieces of them.
    void (*merge_moments)(void *means, void *variances, const void *piece_means, const void *piece_squares, ptrdiff_t pieces,
                          ptrdiff_t rows_a_piece, ptrdiff_t rows, ptrdiff_t n);
    /// y[r, c] = leaky(x[r, c] scale[c] + shift[c] + residual[r, c]); a slope of 1 is the identity, 0 a ReLU.
    void (*column_affine)(void *y, const void *x, const void *scale, const void *shift, const void *_Nullable residual,
                          double negative_slope, ptrdiff_t rows, ptrdiff_t n);
    /// With g the gradient before the slope, where z = x scale + shift: of each column, sums[0, c] = Σ g and
    /// sums[1, c] = Σ g (x − mean[c]).
    void (*column_gradient_sums)(void *sums, const void *dy, const void *x, const void *mean, const void *scale,
                                 const void *shift, double negative_slope, ptrdiff_t rows, ptrdiff_t n);
    /// dx[r, c] = scale[c] g[r, c] + b[c] x[r, c] + d[c].
    void (*column_combine)(void *dx, const void *dy, const void *x, const void *scale, const void *shift, const void *b,
                           const void *d, double negative_slope, ptrdiff_t rows, ptrdiff_t n);
    /// Each row of x[rows, n] to mean 0 and variance 1; keeps 1/deviation of each row.
    void (*row_normalize)(void *xhat, void *inverse_deviation, const void *x, double epsilon, ptrdiff_t rows, ptrdiff_t n);
    /// dx = inverse_deviation (dxhat − mean(dxhat) − xhat mean(dxhat xhat)).
    void (*row_normalize_gradient)(void *dx, const void *dxhat, const void *xhat, const void *inverse_deviation, ptrdiff_t rows, ptrdiff_t n);

    /// One LSTM step from gate sums z[rows, 4H] (input, forget, cell, output): the gates after activation replace z.
    void (*lstm_cell)(void *h, void *c, void *tanh_c, void *z, const void *c_before, ptrdiff_t rows, ptrdiff_t hidden);
    void (*lstm_cell_gradient)(void *dz, void *dc_before, const void *dh, const void *dc, const void *gates,
                               const void *tanh_c, const void *c_before, ptrdiff_t rows, ptrdiff_t hidden);
    /// One GRU step from input sums a[rows, 3H] and recurrent sums b[rows, 3H] (reset, update, new);
    /// the gates after activation go to `gates`.
    void (*gru_cell)(void *h, void *gates, const void *a, const void *b, const void *h_before, ptrdiff_t rows, ptrdiff_t hidden);
    void (*gru_cell_gradient)(void *da, void *db, void *dh_before, const void *dh, const void *gates, const void *b,
                              const void *h_before, ptrdiff_t rows, ptrdiff_t hidden);

    /// Contexts and weights of batch elements first..<first + count; with a vector the scores are additive.
    void (*attention)(void *context, void *weights, const void *queries, const void *keys, const void *values,
                      const void *_Nullable vector, const gradus_attention *a, ptrdiff_t first, ptrdiff_t count);
    /// The slopes of the scores and the gradients of queries and vector (a row for each batch element).
    void (*attention_slopes)(void *slopes, void *dqueries, void *_Nullable dvector, const void *_Nullable dcontext,
                             const void *_Nullable dweights, const void *weights, const void *queries, const void *keys,
                             const void *values, const void *_Nullable vector, const gradus_attention *a, ptrdiff_t first,
                             ptrdiff_t count);
    /// dkeys += what the slopes of the scores give.
    void (*attention_keys_gradient)(void *dkeys, const void *slopes, const void *queries, const void *keys,
                                    const void *_Nullable vector, const gradus_attention *a, ptrdiff_t first, ptrdiff_t count);
    /// dvalues += what the gradients of the contexts give.
    void (*attention_values_gradient)(void *dvalues, const void *weights, const void *dcontext, const gradus_attention *a,
                                      ptrdiff_t first, ptrdiff_t count);

    /// Optimisers' steps, all with the gradient `factor · g`.
    void (*sgd)(void *w, void *_Nullable momentum, const void *g, double factor, double rate, double mu, int nesterov, double decay, ptrdiff_t n);
    void (*rmsprop)(void *w, void *square, void *_Nullable momentum, const void *g, double factor, double rate, double smoothing, double epsilon, double mu, double decay, ptrdiff_t n);
    void (*adagrad)(void *w, void *square, const void *g, double factor, double rate, double epsilon, double decay, ptrdiff_t n);
    /// Adam with bias corrections c1 = 1 − β1ᵗ, c2 = 1 − β2ᵗ; `decay` is added to the gradient, `decoupled` shrinks w.
    void (*adam)(void *w, void *first, void *second, const void *g, double factor, double rate, double beta1, double beta2,
                 double epsilon, double c1, double c2, double decay, double decoupled, ptrdiff_t n);

    /// Uniform in [low, high) and normal numbers from words first, first + 1, … of the stream `seed`.
    void (*uniform)(void *out, uint64_t seed, uint64_t first, double low, double high, ptrdiff_t n);
    void (*normal)(void *out, uint64_t seed, uint64_t first, double mean, double deviation, ptrdiff_t n);
    /// y = x / keep where the stream's number is below `keep`, else 0; called on dy it is its own gradient.
    void (*dropout)(void *y, const void *x, uint64_t seed, uint64_t first, double keep, ptrdiff_t n);
} gradus_kernels;

extern const gradus_kernels gradus_kernels_f32;
extern const gradus_kernels gradus_kernels_f64;

#pragma clang assume_nonnull end
#endif
