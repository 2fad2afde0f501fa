"""Which iris it is, by scikit-learn; run as a program it trains and writes the file that load() reads."""

from pathlib import Path

import joblib

FILE = Path(__file__).with_name("model.joblib")


def load():
    """A function from rows of four lengths in cm to names of species."""
    trained = joblib.load(FILE)
    pipeline, species = trained["pipeline"], trained["species"]
    return lambda rows: [species[each] for each in pipeline.predict(rows)]


def train():
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    iris = load_iris()
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    pipeline.fit(iris.data, iris.target)
    joblib.dump({"pipeline": pipeline, "species": iris.target_names.tolist()}, FILE)


if __name__ == "__main__":
    train()
