"""Weights after twelve steps of PyTorch's and Keras's optimizers and schedules: python optimizers.py OUT.json"""
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import torch
import tf_keras
import tensorflow as tf

rng = np.random.default_rng(7)
start = rng.normal(size=9).astype(np.float32)
gradients = (rng.normal(size=(12, 9)) * 10.0 ** rng.integers(-6, 2, size=(12, 9))).astype(np.float32)


def pytorch(make):
    weights = torch.tensor(start.copy(), requires_grad=True)
    optimizer = make([weights])
    for gradient in gradients:
        weights.grad = torch.tensor(gradient.copy())
        optimizer.step()
    return weights.detach().numpy().tolist()


def keras(optimizer):
    weights = tf.Variable(start.copy())
    for gradient in gradients:
        optimizer.apply_gradients([(tf.constant(gradient), weights)])
    return weights.numpy().tolist()


O = torch.optim
K = tf_keras.optimizers.legacy
cases = {
    "sgd(rate: 0.01)": pytorch(lambda w: O.SGD(w, lr=0.01)),
    "sgd(rate: 0.01, momentum: 0.9)": pytorch(lambda w: O.SGD(w, lr=0.01, momentum=0.9)),
    "sgd(rate: 0.01, momentum: 0.9, nesterov: true)": pytorch(lambda w: O.SGD(w, lr=0.01, momentum=0.9, nesterov=True)),
    "adam(rate: 0.01, epsilon: 1e-8, form: torch)": pytorch(lambda w: O.Adam(w, lr=0.01)),
    "adam(rate: 0.01)": keras(K.Adam(learning_rate=0.01)),
    "adamw(rate: 0.01, decay: 0.1, epsilon: 1e-8, form: torch)": pytorch(lambda w: O.AdamW(w, lr=0.01, weight_decay=0.1)),
    "rmsprop(rate: 0.01, decay: 0.99, epsilon: 1e-8)": pytorch(lambda w: O.RMSprop(w, lr=0.01)),
    "rmsprop(rate: 0.01, decay: 0.99, epsilon: 1e-8, momentum: 0.5)": pytorch(
        lambda w: O.RMSprop(w, lr=0.01, momentum=0.5)),
}

norm = torch.tensor(gradients[0].copy(), requires_grad=True)
norm.grad = torch.tensor(gradients[0].copy())
torch.nn.utils.clip_grad_norm_([norm], 0.5)

losses = [1.0, 0.8, 0.8, 0.79995, 0.9, 0.7, 0.7, 0.7, 0.7, 0.6, 0.65, 0.65, 0.65, 0.65]


def plateau(**options):
    model = tf_keras.Sequential([tf_keras.layers.Dense(1, input_shape=(1,))])
    model.compile(optimizer=tf_keras.optimizers.legacy.SGD(0.1), loss="mse")
    callback = tf_keras.callbacks.ReduceLROnPlateau(monitor="loss", **options)
    callback.set_model(model)
    callback.on_train_begin()
    rates = []
    for epoch, loss in enumerate(losses):
        rates.append(float(model.optimizer.learning_rate))
        callback.on_epoch_end(epoch, {"loss": loss})
    return rates + [float(model.optimizer.learning_rate)]


json.dump(
    {
        "start": start.tolist(),
        "gradients": gradients.tolist(),
        "after": cases,
        "clipped": norm.grad.numpy().tolist(),
        "losses": losses,
        "plateau": {
            "plateau(factor: 0.5, patience: 2)": plateau(factor=0.5, patience=2),
            "plateau(factor: 0.1, patience: 2, cooldown: 2, lowest: 2e-3)": plateau(
                factor=0.1, patience=2, cooldown=2, min_lr=2e-3),
        },
    },
    open(sys.argv[1], "w"), indent=1)
