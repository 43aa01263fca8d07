extension PluginTemplate {
    /// A layer through the C door.
    static let layerInC = PluginTemplate("layer", language: "c", text)
}

private let text = #"""
    #include "strata_layer.h"
    #include <stddef.h>
    #include <stdio.h>

    /* Multiplies every sample by a gain: y[c, t] = gain * x[c, t]. */

    static int32_t shape(const double *settings, int64_t channels, int64_t time,
                         int64_t *out_channels, int64_t *out_time, char *why, int64_t why_size) {
        (void)settings;
        if (channels < 1) {
            snprintf(why, (size_t)why_size, "NAME needs a channel");
            return 1;
        }
        *out_channels = channels;
        *out_time = time;
        return 0;
    }

    static void forward(const double *settings, const float *weights, int64_t channels, int64_t time,
                        const float *x, int64_t x_stride, float *y, int64_t y_stride) {
        (void)weights;
        for (int64_t c = 0; c < channels; c++)
            for (int64_t t = 0; t < time; t++)
                y[c * y_stride + t] = (float)settings[0] * x[c * x_stride + t];
    }

    static void backward(const double *settings, const float *weights, int64_t channels, int64_t time,
                         const float *x, int64_t x_stride, const float *dy, int64_t dy_stride,
                         float *dx, int64_t dx_stride, float *dweights) {
        (void)weights, (void)x, (void)x_stride, (void)dweights;
        if (dx == NULL) return;
        for (int64_t c = 0; c < channels; c++)
            for (int64_t t = 0; t < time; t++)
                dx[c * dx_stride + t] = (float)settings[0] * dy[c * dy_stride + t];
    }

    int32_t strata_layer(strata_layer_table *table) {
        if (table->version != STRATA_LAYER_VERSION || table->size != sizeof(strata_layer_table)) return 1;
        table->name = "NAME";
        table->documentation = "Multiplies every sample by a gain.";
        table->settings = "gain = 1.0 | -100 .. 100 | How much louder.";
        table->shape = shape;
        table->weights = NULL;
        table->forward = forward;
        table->backward = backward;
        return 0;
    }

    """#
