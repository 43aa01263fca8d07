/* A soft clip, as an overdriven digitizer makes it: y = limit * tanh(x / limit).
   It has no weights; the slope of tanh is 1 - tanh^2. */
#include "strata_layer.h"
#include <math.h>
#include <stddef.h>
#include <stdio.h>

static int32_t shape(const double *settings, int64_t channels, int64_t time,
                     int64_t *out_channels, int64_t *out_time, char *why, int64_t why_size) {
    if (settings[0] <= 0) {
        snprintf(why, (size_t)why_size, "a limit of %g leaves nothing of the signal", settings[0]);
        return 1;
    }
    *out_channels = channels;
    *out_time = time;
    return 0;
}

static void forward(const double *settings, const float *weights, int64_t channels, int64_t time,
                    const float *x, int64_t x_stride, float *y, int64_t y_stride) {
    (void)weights;
    const float limit = (float)settings[0];
    for (int64_t c = 0; c < channels; c++)
        for (int64_t t = 0; t < time; t++)
            y[c * y_stride + t] = limit * tanhf(x[c * x_stride + t] / limit);
}

static void backward(const double *settings, const float *weights, int64_t channels, int64_t time,
                     const float *x, int64_t x_stride, const float *dy, int64_t dy_stride,
                     float *dx, int64_t dx_stride, float *dweights) {
    (void)weights, (void)dweights;
    if (dx == NULL) return;
    const float limit = (float)settings[0];
    for (int64_t c = 0; c < channels; c++)
        for (int64_t t = 0; t < time; t++) {
            const float y = tanhf(x[c * x_stride + t] / limit);
            dx[c * dx_stride + t] = (1 - y * y) * dy[c * dy_stride + t];
        }
}

int32_t strata_layer(strata_layer_table *table) {
    if (table->version != STRATA_LAYER_VERSION || table->size != sizeof(strata_layer_table)) return 1;
    table->name = "clipper";
    table->documentation = "A soft clip at a limit, as an overdriven digitizer makes it: y = limit tanh(x / limit).";
    table->settings = "limit = 3.0 | 0.001 .. 1000 | Where the signal is held, in units of the input.";
    table->shape = shape;
    table->weights = NULL;
    table->forward = forward;
    table->backward = backward;
    return 0;
}
