"""Whether a point lies inside the unit circle, by TensorFlow; run as a program it trains and writes what load() reads."""

from pathlib import Path

import tensorflow as tf

FOLDER = str(Path(__file__).with_name("model"))


def load():
    """A function from points to words."""
    tf.config.threading.set_intra_op_parallelism_threads(1)
    trained = tf.saved_model.load(FOLDER)

    def predict(points):
        scores = trained.serve(tf.constant(points, dtype=tf.float32)).numpy()[:, 0]
        return ["inside" if score > 0 else "outside" for score in scores]

    predict([[0, 0]])  # traces the graph: the first call is the slow one
    return predict


def train():
    tf.keras.utils.set_random_seed(1)
    points = tf.random.uniform((4096, 2), -2, 2)
    inside = tf.cast(tf.norm(points, axis=1, keepdims=True) < 1, tf.float32)
    network = tf.keras.Sequential(
        [tf.keras.Input((2,)), tf.keras.layers.Dense(32, "relu"), tf.keras.layers.Dense(1)]
    )
    network.compile("adam", tf.keras.losses.BinaryCrossentropy(from_logits=True))
    network.fit(points, inside, epochs=20, verbose=0)
    network.export(FOLDER)  # a SavedModel: serving needs no Keras


if __name__ == "__main__":
    train()
