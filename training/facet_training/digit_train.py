"""The training loop of the digit networks: a checkpoint an epoch, averaged weights, some training digits held back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from tqdm import tqdm

from .digit_augment import augment
from .digit_recipe import Recipe


class Average:
    """Exponential moving average of all weights, batch normalisation's statistics included."""

    def __init__(self, model: keras.Model, decay: float):
        self.decay = decay
        self.variables = model.variables
        self.shadow = [tf.Variable(variable, trainable=False) for variable in self.variables]

    def update(self, step: tf.Variable) -> None:
        """After step `step`; the first ones are averaged over few, so that the random start is soon forgotten."""
        step = tf.cast(step, tf.float32)
        decay = tf.minimum(self.decay, step / (step + 10))
        for shadow, variable in zip(self.shadow, self.variables):
            shadow.assign_add((1 - decay) * (tf.cast(variable, shadow.dtype) - shadow))

    def swap(self) -> None:
        """Puts the averages into the model and the model's weights here, or back."""
        for shadow, variable in zip(self.shadow, self.variables):
            weights = variable.numpy()
            variable.assign(shadow)
            shadow.assign(weights)


def split(images: np.ndarray, truth: np.ndarray, recipe: Recipe) -> tuple[tuple, tuple]:
    """((images, truth) to train on, (images, truth) held back); the draw depends on the seed alone."""
    order = np.random.default_rng(recipe.seed).permutation(len(images))
    held, kept = np.sort(order[: recipe.held]), np.sort(order[recipe.held :])
    return (images[kept], truth[kept]), (images[held], truth[held])


def logits(model: keras.Model, images: np.ndarray) -> np.ndarray:
    """Logits [n, 10] of images [n, 28, 28, 1], a committee's averaged."""
    answers = np.concatenate([model(part, training=False).numpy() for part in np.array_split(images, max(1, len(images) // 500))])
    return answers.reshape(len(images), -1, 10).mean(axis=1)


def batches(images: np.ndarray, targets: np.ndarray, recipe: Recipe, epoch: int):
    """An epoch's augmented batches, each made on another thread while the one before is learnt."""
    random = np.random.default_rng([recipe.seed, epoch])  # of the epoch, so that a resumed run draws the same
    order = random.permutation(len(images))

    def make(start: int):
        rows = order[start : start + recipe.batch]
        return tf.constant(augment(images[rows], recipe, random), tf.float32), tf.constant(targets[rows])

    with ThreadPoolExecutor(1) as ahead:
        starts = range(0, len(images) // recipe.batch * recipe.batch, recipe.batch)
        waiting = [ahead.submit(make, start) for start in starts[:2]]
        for start in starts[2:]:
            yield waiting.pop(0).result()
            waiting.append(ahead.submit(make, start))
        for last in waiting:
            yield last.result()


def train(model: keras.Model, training: tuple, held: tuple, recipe: Recipe, checkpoints: Path, log=None) -> None:
    """Fits `model` in place: AdamW, warm-up then cosine, cross entropy, fresh augmentation every epoch.

    training, held: (images [n, 28, 28, 1], digits [n]). Goes on from the newest checkpoint in `checkpoints`, if there is one.
    """
    images, truth = training
    steps = len(images) // recipe.batch
    total = recipe.epochs * steps
    rate = keras.optimizers.schedules.CosineDecay(recipe.rate / 20, total - steps, warmup_target=recipe.rate, warmup_steps=steps)
    optimizer = keras.optimizers.AdamW(rate, weight_decay=recipe.decay)
    optimizer.build(model.trainable_variables)
    cost = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.smoothing)
    average = Average(model, recipe.average)
    targets = np.eye(10, dtype=np.float32)[truth]
    votes = int(np.prod(model.output_shape[1:])) // 10

    @tf.function
    def step(batch, target):
        with tf.GradientTape() as tape:
            answers = tf.reshape(model(batch, training=True), (-1, 10))
            # A branch of a committee learns as fast as it would alone: losses add up.
            loss = votes * cost(tf.repeat(target, votes, axis=0), answers)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_weights), model.trainable_weights))
        average.update(optimizer.iterations)
        return loss / votes

    done = tf.Variable(0, trainable=False)
    state = tf.train.Checkpoint(model=model, optimizer=optimizer, done=done, average=average.shadow)
    manager = tf.train.CheckpointManager(state, str(checkpoints), max_to_keep=1)
    if manager.latest_checkpoint:
        state.restore(manager.latest_checkpoint)
        print(f"going on after epoch {int(done)} of {recipe.epochs}")
    progress = tqdm(total=total, initial=int(done) * steps, desc="train", unit="step", mininterval=5)
    for epoch in range(int(done), recipe.epochs):
        losses = []
        for batch, target in batches(images, targets, recipe, epoch):
            losses.append(float(step(batch, target)))
            progress.update()
        average.swap()
        right = float((logits(model, held[0]).argmax(axis=1) == held[1]).mean())
        average.swap()
        progress.set_postfix(epoch=epoch + 1, loss=f"{np.mean(losses):.4f}", held=f"{right:.4f}")
        if log:
            log("loss", float(np.mean(losses)), step=epoch)
            log("accuracy_held", right, step=epoch)
        done.assign(epoch + 1)
        manager.save()
    average.swap()
