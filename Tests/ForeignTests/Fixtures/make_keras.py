"""Small networks of every layer kind that has an equivalent, as Keras 2 (tf_keras) and Keras 3 save them, with what
they answer. Run in this folder; needs tf_keras, keras, tensorflow-cpu and numpy."""
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np


def networks(K):
    L = K.layers

    def lengths():
        x = i = K.Input((32, 3), name="waveform")
        x = L.Conv1D(4, 5, padding="same", activation="relu", kernel_regularizer=K.regularizers.L2(1e-6))(x)
        x = L.BatchNormalization()(x)
        x = L.MaxPooling1D(2)(x)
        x = L.Conv1D(6, 3, strides=2, activation="elu")(x)
        x = L.Cropping1D((1, 0))(x)
        x = L.ZeroPadding1D((1, 2))(x)
        x = L.UpSampling1D(2)(x)
        x = L.Conv1DTranspose(4, 4, strides=2, padding="same")(x)
        x = L.Conv1DTranspose(3, 3, strides=2, padding="valid", activation="tanh")(x)
        return K.Model(i, L.Activation("sigmoid", name="answer")(x))

    def branches():
        i = K.Input((24, 3), name="waveform")
        a = L.Conv1D(4, 3, padding="causal", dilation_rate=2, use_bias=False)(i)
        b = L.Conv1D(4, 4, padding="same")(i)
        s = L.Add()([a, b])
        d = L.Subtract()([s, b])
        m = L.Multiply()([d, b])
        c = L.Concatenate()([m, a])
        c = L.LayerNormalization()(c)
        c = L.LeakyReLU()(c)
        c = L.SpatialDropout1D(0.3)(c)
        p = L.AveragePooling1D(3, padding="same")(c)
        p = L.Concatenate(axis=1)([p, p])
        g = L.GlobalAveragePooling1D()(p)
        h = L.GlobalMaxPooling1D()(c)
        v = L.Concatenate()([g, h])
        v = L.Dropout(0.2)(v)
        return K.Model(i, [L.Dense(3, activation="softmax", name="kind")(v), L.ELU(0.7, name="curve")(c)])

    def memory():
        x = i = K.Input((16, 3), name="waveform")
        x = L.Bidirectional(L.LSTM(4, return_sequences=True))(x)
        x = L.GRU(5, return_sequences=True, reset_after=True)(x)
        x = L.Bidirectional(L.GRU(3, return_sequences=True, reset_after=False))(x)
        x = L.SimpleRNN(4, return_sequences=True)(x)
        x = L.LSTM(4)(x)
        return K.Model(i, L.Dense(2, name="answer")(x))

    def vectors():
        x = i = K.Input((10, 3), name="waveform")
        x = L.TimeDistributed(L.Dense(4, activation="tanh"))(x)
        x = L.Dense(3)(x)
        x = L.Permute((2, 1))(x)
        x = L.Reshape((5, 6))(x)
        x = L.Flatten()(x)
        x = L.Dense(8)(x)
        x = L.BatchNormalization(scale=False, epsilon=1e-4)(x)
        x = L.ReLU()(x)
        x = L.Dense(3)(x)
        return K.Model(i, L.Softmax(name="kind")(x))

    def image():
        x = i = K.Input((12, 10, 2), name="picture")
        x = L.Conv2D(3, (3, 5), padding="same", activation="relu")(x)
        x = L.MaxPooling2D(2)(x)
        x = L.BatchNormalization()(x)
        x = L.Conv2D(4, 2, strides=2)(x)
        x = L.GlobalMaxPooling2D()(x)
        return K.Model(i, L.Dense(2, name="answer")(x))

    def attention():
        x = i = K.Input((12, 8), name="waveform")
        y = L.MultiHeadAttention(2, 4)(x, x)
        x = L.Add()([x, y])
        x = L.LayerNormalization(epsilon=1e-5)(x)
        return K.Model(i, L.Conv1D(1, 1, activation="sigmoid", name="answer")(x))

    def nested():
        inner = K.Sequential([K.Input((8, 4)), L.Conv1D(4, 3, padding="same"), L.BatchNormalization(), L.ReLU()])
        i = K.Input((8, 3), name="waveform")
        x = L.Conv1D(4, 1)(i)
        x = inner(x)
        return K.Model(i, L.Dense(1, name="answer")(x))

    return [lengths, branches, memory, vectors, image, attention, nested]


def main(version):
    if version == "2":
        import tf_keras as K

        endings = [".h5"]
    else:
        import keras as K

        endings = [".keras", ".h5"]
    rng = np.random.default_rng(7)
    for make in networks(K):
        K.backend.clear_session()
        model = make()
        weights = []
        for value in model.get_weights():
            weights.append(rng.standard_normal(value.shape).astype(np.float32) * 0.3)
        model.set_weights(weights)

        def walk(layers):
            for layer in layers:
                if hasattr(layer, "layers"):
                    yield from walk(layer.layers)
                yield layer

        for layer in walk(model.layers):
            if type(layer).__name__ == "BatchNormalization":
                own = layer.get_weights()
                own[-1] = np.abs(own[-1]) + 0.5
                layer.set_weights(own)
        x = rng.standard_normal((2,) + tuple(model.inputs[0].shape[1:])).astype(np.float32)
        answers = model(x, training=False)
        answers = answers if isinstance(answers, (list, tuple)) else [answers]
        base = f"keras_files/{make.__name__}_{version}"
        for ending in endings:
            model.save(base + ending)
        np.save(base + ".x.npy", x)
        for index, answer in enumerate(answers):
            np.save(f"{base}.y{index}.npy", np.asarray(answer))


main(sys.argv[1])
