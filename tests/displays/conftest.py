import matplotlib
import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.datasets import make_blobs, make_moons

from skshallow import OneHiddenLayerClassifier

matplotlib.use("agg")


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def moons():
    return make_moons(n_samples=120, noise=0.2, random_state=0)


@pytest.fixture(scope="session")
def network(moons):
    return OneHiddenLayerClassifier(n_h=4, max_iter=60, random_state=0, tol=0).fit(*moons)


@pytest.fixture(scope="session")
def blobs():
    X, codes = make_blobs(90, centers=3, random_state=3)
    return X, np.array(["one", "_two", "$three$"])[codes]


@pytest.fixture
def fits():
    """Tell whether everything, drawn, lies inside the figure and no legend over an axes."""

    def _fits(figure):
        figure.canvas.draw()
        renderer = figure.canvas.get_renderer()
        for ax in figure.axes:
            extent = ax.get_tightbbox(renderer)
            if extent.x0 < -1 or extent.y0 < -1:
                return False
            if extent.x1 > figure.bbox.width + 1 or extent.y1 > figure.bbox.height + 1:
                return False
            if (legend := ax.get_legend()) is not None:
                box = legend.get_window_extent(renderer)
                if any(box.overlaps(other.get_window_extent(renderer)) for other in figure.axes):
                    return False
        return True

    return _fits
