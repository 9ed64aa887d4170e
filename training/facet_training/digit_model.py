"""The two digit networks: a 28x28 image in (NHWC, 0..1), ten logits out."""

import keras
import numpy as np

layers = keras.layers
BRANCHES = 3


def classic() -> keras.Model:
    """v1: two valid 3x3 convolutions and a dense layer, 225,034 weights."""
    image = keras.Input((28, 28, 1), name="image")
    maps = layers.Conv2D(32, 3, activation="relu")(image)
    maps = layers.Dropout(0.1)(layers.MaxPool2D()(maps))
    maps = layers.Conv2D(64, 3, activation="relu")(maps)
    maps = layers.Dropout(0.2)(layers.MaxPool2D()(maps))
    hidden = layers.Dense(128, activation="relu")(layers.Flatten()(maps))
    return keras.Model(image, layers.Dense(10)(layers.Dropout(0.4)(hidden)))


def normalised(maps, filters: int, kernel: int, strides: int = 1, padding: str = "valid"):
    """Convolution, batch normalisation (which the export folds into it), relu."""
    maps = layers.Conv2D(filters, kernel, strides=strides, padding=padding, use_bias=False)(maps)
    return layers.Activation("relu")(layers.BatchNormalization()(maps))


def branch(image):
    """[n, 28, 28, 1] to 128 features: 28 > 26 > 24 > 12 > 10 > 8 > 4 > 1 pixels, shrunk by strides that learn (Springenberg et al. 2015)."""
    maps = image
    for filters in (32, 64):
        maps = normalised(maps, filters, 3)
        maps = normalised(maps, filters, 3)
        maps = normalised(maps, filters, 5, strides=2, padding="same")
        maps = layers.Dropout(0.25)(maps)
    return layers.Flatten()(normalised(maps, 128, 4))


def committee() -> keras.Model:
    """v2 as it is trained: separate branches with a loss each, logits [n, branches, 10]."""
    image = keras.Input((28, 28, 1), name="image")
    votes = [layers.Dense(10, dtype="float32")(layers.Dropout(0.25)(branch(image))) for _ in range(BRANCHES)]
    return keras.Model(image, layers.Concatenate(axis=1)([layers.Reshape((1, 10))(vote) for vote in votes]))


def joined() -> keras.Model:
    """v2 as it is served: one dense layer over the features of all branches."""
    image = keras.Input((28, 28, 1), name="image")
    return keras.Model(image, layers.Dense(10)(layers.Concatenate()([branch(image) for _ in range(BRANCHES)])))


def join(trained: keras.Model) -> keras.Model:
    """The mean of a committee's logits as one network; any other network as it is."""
    heads = [layer.get_weights() for layer in trained.layers if isinstance(layer, layers.Dense)]
    if len(trained.output_shape) == 2:
        return trained
    served = joined()
    weighted = [[layer for layer in model.layers if layer.weights and not isinstance(layer, layers.Dense)] for model in (trained, served)]
    for layer, twin in zip(*weighted):
        twin.set_weights(layer.get_weights())
    kernel = np.concatenate([kernel for kernel, _ in heads]) / len(heads)
    served.layers[-1].set_weights([kernel, np.mean([bias for _, bias in heads], axis=0)])
    return served
