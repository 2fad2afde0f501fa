"""Whether a point lies inside the unit circle, by PyTorch; run as a program it trains and writes the file that load() reads."""

from pathlib import Path

import torch

FILE = Path(__file__).with_name("model.pt")


def network():
    return torch.nn.Sequential(torch.nn.Linear(2, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))


def load():
    """A function from points to words."""
    torch.set_num_threads(1)
    trained = network()
    trained.load_state_dict(torch.load(FILE, weights_only=True))
    trained.eval()

    def predict(points):
        with torch.inference_mode():
            scores = trained(torch.tensor(points, dtype=torch.float32)).squeeze(1)
        return ["inside" if score > 0 else "outside" for score in scores.tolist()]

    return predict


def train():
    torch.manual_seed(1)
    points = torch.rand(4096, 2) * 4 - 2
    inside = (points.norm(dim=1, keepdim=True) < 1).float()
    trained = network()
    optimizer = torch.optim.Adam(trained.parameters(), lr=0.01)
    for _ in range(500):
        optimizer.zero_grad()
        torch.nn.functional.binary_cross_entropy_with_logits(trained(points), inside).backward()
        optimizer.step()
    torch.save(trained.state_dict(), FILE)


if __name__ == "__main__":
    train()
