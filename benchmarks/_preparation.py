"""How the models of the quality benchmarks get a table that is as it is."""

from _tables import encoder
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

# Thousands of one-hot codes would fill the memory, and HistGradientBoosting takes 255 categories.
MOST_CODES, MOST_BINS = 100, 255


def encoded(model, *scalers):
    """A model behind an imputer, scalers of numbers and one-hot codes of categories."""
    numbers = make_pipeline(SimpleImputer(strategy="median", keep_empty_features=True), *scalers)
    return make_pipeline(encoder(numbers, MOST_CODES), model)


def scaled(model):
    """The same with standardised numbers."""
    return encoded(model, StandardScaler())


class WithCategories:
    """A model that gets category columns as such, with the categories of the training samples.

    Columns are numbered, as some packages take no special characters.

    Parameters
    ----------
    model : estimator
        Knows categories by their dtype, or by `cat_features` if they are text.
    most : int, optional
        How many categories a column may have; rarer ones count as missing.
    as_text : bool
        Whether categories are text, missing ones too, and the model is told where they are.
    fill : bool
        Whether missing numbers become medians.
    """

    def __init__(self, model, most=None, *, as_text=False, fill=False):
        self.model = model
        self.most = most
        self.as_text = as_text
        self.fill = fill

    def fit(self, X, y):
        """Fit the model to a DataFrame of shape (n, d) and n targets."""
        X = _numbered(X)
        self._medians = X.select_dtypes("number").median()
        self._categories = {}
        for name in X.select_dtypes(exclude="number"):
            counts = _as_categories(X[name]).value_counts()
            self._categories[name] = list(counts[counts > 0].index[: self.most])
        told = {"cat_features": list(self._categories)} if self.as_text else {}
        self.model.fit(self._prepared(X), y, **told)
        return self

    def predict(self, X):
        """Predictions of shape (n,)."""
        return self.model.predict(self._prepared(_numbered(X)))

    def predict_proba(self, X):
        """Probabilities of shape (n, K)."""
        return self.model.predict_proba(self._prepared(_numbered(X)))

    def _prepared(self, X):
        columns = {}
        for name, categories in self._categories.items():
            column = _as_categories(X[name]).cat.set_categories(categories)
            columns[name] = _as_text(column) if self.as_text else column
        X = X.assign(**columns)
        return X.fillna(self._medians) if self.fill else X


def _numbered(X):
    return X.set_axis([f"f{place}" for place in range(X.shape[1])], axis=1)


def _as_categories(column):
    return column.astype("category").cat.rename_categories(str)


def _as_text(column):
    return column.astype(object).where(column.notna(), "missing")
