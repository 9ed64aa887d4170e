"""The two gesture networks: 42 coordinates in, 18 logits out."""

import itertools

import keras
import numpy as np
import tensorflow as tf

# MediaPipe's skeleton: wrist to thumb, and each finger from its knuckle.
BONES = [(0, 1), (1, 2), (2, 3), (3, 4), (0, 5), (0, 9), (0, 13), (0, 17), (5, 9), (9, 13), (13, 17)]
BONES += [(first + step, first + step + 1) for first in (5, 9, 13, 17) for step in range(3)]
ENDS = (0, 4, 8, 12, 16, 20)
# From the wrist and every fingertip to every other point: what tells a bent finger from a straight one.
SPANS = sorted({tuple(sorted((end, other))) for end, other in itertools.product(ENDS, range(21)) if end != other})


def difference_matrix(pairs: list[tuple[int, int]]) -> np.ndarray:
    """[42, 2 * pairs]: a row of coordinates times this is the vector from the first to the second point of each pair."""
    matrix = np.zeros((42, 2 * len(pairs)), np.float32)
    for column, (start, end) in enumerate(pairs):
        for axis in (0, 1):
            matrix[2 * start + axis, 2 * column + axis] -= 1
            matrix[2 * end + axis, 2 * column + axis] += 1
    return matrix


@keras.utils.register_keras_serializable("facet")
class Geometry(keras.layers.Layer):
    """[n, 42] coordinates to [n, features]: the coordinates, each bone's direction and length, and all spans."""

    def call(self, rows):
        bones = tf.reshape(tf.matmul(rows, difference_matrix(BONES)), (-1, len(BONES), 2))
        spans = tf.reshape(tf.matmul(rows, difference_matrix(SPANS)), (-1, len(SPANS), 2))
        # The small constant keeps the slope of the root finite where two points fall together.
        lengths = tf.sqrt(tf.reduce_sum(bones * bones, axis=2, keepdims=True) + 1e-6)
        distances = tf.sqrt(tf.reduce_sum(spans * spans, axis=2) + 1e-6)
        directions = tf.reshape(bones / lengths, (-1, 2 * len(BONES)))
        return tf.concat([rows, directions, lengths[:, :, 0], distances], axis=1)


def plain(classes: int) -> keras.Model:
    """v1: 42-64-32-classes."""
    rows = keras.Input((42,), name="landmarks")
    hidden = keras.layers.Dense(64, activation="relu")(rows)
    hidden = keras.layers.Dense(32, activation="relu")(hidden)
    return keras.Model(rows, keras.layers.Dense(classes)(hidden))


def geometric(classes: int, widths: tuple[int, ...] = (96, 64), dropout: float = 0.2) -> keras.Model:
    """v2: hand geometry, then dense layers with batch normalisation and dropout."""
    rows = keras.Input((42,), name="landmarks")
    hidden = keras.layers.BatchNormalization()(Geometry()(rows))
    for width in widths:
        hidden = keras.layers.Dense(width)(hidden)
        hidden = keras.layers.BatchNormalization()(hidden)
        hidden = keras.layers.Activation("relu")(hidden)
        hidden = keras.layers.Dropout(dropout)(hidden)
    return keras.Model(rows, keras.layers.Dense(classes)(hidden))


def fold(model: keras.Model) -> keras.Model:
    """The same function with each batch normalisation multiplied into the dense layer beside it, for serving."""
    scale, shift = None, None  # of a normalisation that waits for the next dense layer
    kernels: list[list[np.ndarray]] = []
    after_dense = False
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            gamma, beta, mean, variance = layer.get_weights()
            factor = gamma / np.sqrt(variance + layer.epsilon)
            if after_dense:
                kernels[-1] = [kernels[-1][0] * factor, (kernels[-1][1] - mean) * factor + beta]
            else:
                scale, shift = factor, beta - mean * factor
        elif isinstance(layer, keras.layers.Dense):
            kernel, bias = layer.get_weights()
            if scale is not None:
                kernel, bias = kernel * scale[:, None], bias + shift @ kernel
                scale = None
            kernels.append([kernel, bias])
        after_dense = isinstance(layer, keras.layers.Dense)
    rows = keras.Input((42,), name="landmarks")
    hidden = Geometry()(rows) if any(isinstance(layer, Geometry) for layer in model.layers) else rows
    dense = [keras.layers.Dense(k.shape[1], activation="relu" if i < len(kernels) - 1 else None) for i, (k, _) in enumerate(kernels)]
    for layer in dense:
        hidden = layer(hidden)
    served = keras.Model(rows, hidden)
    for layer, weights in zip(dense, kernels):
        layer.set_weights(weights)
    return served
