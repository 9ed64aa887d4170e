"""The two digit networks: a 28x28 image in (NHWC, 0..1), ten logits out."""

import keras

layers = keras.layers


def classic() -> keras.Model:
    """v1: two valid 3x3 convolutions and a dense layer, 225,034 weights."""
    image = keras.Input((28, 28, 1), name="image")
    maps = layers.Conv2D(32, 3, activation="relu")(image)
    maps = layers.Dropout(0.1)(layers.MaxPool2D()(maps))
    maps = layers.Conv2D(64, 3, activation="relu")(maps)
    maps = layers.Dropout(0.2)(layers.MaxPool2D()(maps))
    hidden = layers.Dense(128, activation="relu")(layers.Flatten()(maps))
    return keras.Model(image, layers.Dense(10)(layers.Dropout(0.4)(hidden)))


def normalised(maps, filters: int, strides: int = 1):
    """3x3 convolution and batch normalisation, which the export folds into one."""
    maps = layers.Conv2D(filters, 3, strides=strides, padding="same", use_bias=False)(maps)
    return layers.BatchNormalization()(maps)


def block(maps, filters: int, strides: int):
    """Residual block (He et al. 2016) of two 3x3 convolutions."""
    passed = maps
    if strides > 1 or maps.shape[-1] != filters:
        passed = layers.AveragePooling2D(strides)(maps) if strides > 1 else maps
        passed = layers.BatchNormalization()(layers.Conv2D(filters, 1, use_bias=False)(passed))
    maps = layers.Activation("relu")(normalised(maps, filters, strides))
    maps = normalised(maps, filters)
    return layers.Activation("relu")(layers.Add()([maps, passed]))


def residual() -> keras.Model:
    """v2: a small residual network, 28 > 14 > 7 pixels, averaged over the image at its end."""
    image = keras.Input((28, 28, 1), name="image")
    maps = layers.Activation("relu")(normalised(image, 24))
    maps = layers.MaxPool2D()(maps)
    maps = block(maps, 48, 1)
    maps = block(maps, 48, 1)
    maps = block(maps, 96, 2)
    maps = block(maps, 96, 1)
    maps = layers.Dropout(0.2)(layers.GlobalAveragePooling2D()(maps))
    return keras.Model(image, layers.Dense(10)(maps))
