"""The same training, written by hand with PyTorch and with JAX, where these are installed.

The loops are those that a competent user would write for this network, loss curve included. Each
takes a :class:`~_training.Task` and returns an :class:`~_training.Outcome`.
"""

import time
from functools import cache

import numpy as np
from _training import Outcome

try:
    import torch
except ImportError:
    torch = None
try:
    import jax
    from jax import numpy as jnp

    jax.config.update("jax_enable_x64", True)
except ImportError:
    jax = None

BETA_1, BETA_2, EPSILON = 0.9, 0.999, 1e-8


def train_torch(task):
    """PyTorch, eager: Sequential, its loss, its optimiser."""
    begin = time.perf_counter()
    X, y = torch.from_numpy(task.X), torch.from_numpy(task.y)
    if task.n_outputs == 1:
        loss_of, y = torch.nn.BCEWithLogitsLoss(), y.to(X.dtype)[:, None]
    else:
        loss_of = torch.nn.CrossEntropyLoss()
    model, optimizer = _torch_model(task)
    penalised = [model[0].weight, model[2].weight]
    losses, samples_per_step = [], task.samples_per_step
    for _ in range(task.n_iter):
        whole = samples_per_step == len(X)
        for batch in [None] if whole else torch.randperm(len(X)).split(samples_per_step):
            inputs = X if batch is None else X.index_select(0, batch)
            targets = y if batch is None else y.index_select(0, batch)
            optimizer.zero_grad()
            loss = loss_of(model(inputs), targets)
            if task.alpha:
                squares = sum(weight.square().sum() for weight in penalised)
                loss = loss + task.alpha / (2 * len(X)) * squares
            loss.backward()
            optimizer.step()
            losses.append(loss.detach())
    torch.stack(losses).tolist()
    W1, b1, W2, b2 = (array.detach().numpy() for array in model.parameters())
    seconds = time.perf_counter() - begin
    return Outcome((W1.T, b1, W2.T, b2), seconds, task.n_iter)


def _torch_model(task):
    torch.manual_seed(task.seed)
    model = torch.nn.Sequential(
        torch.nn.Linear(task.X.shape[1], task.n_h),
        torch.nn.Tanh() if task.activation == "tanh" else torch.nn.ReLU(),
        torch.nn.Linear(task.n_h, task.n_outputs),
    ).to(torch.from_numpy(task.X).dtype)
    with torch.no_grad():
        for parameter, array in zip(model.parameters(), task.start, strict=True):
            parameter.copy_(torch.from_numpy(array.T))
    family = {"gd": torch.optim.SGD, "adam": torch.optim.Adam}[task.solver]
    return model, family(model.parameters(), lr=task.learning_rate)


def train_jax(task, step_of=None):
    """JAX: a jitted step in a Python loop, compiled by the first call; alpha is taken to be 0."""
    begin = time.perf_counter()
    step = (step_of or _jax_step)(task.activation, task.n_outputs, task.solver, task.learning_rate)
    X, y = jnp.asarray(task.X), jnp.asarray(task.y)
    weights = tuple(jnp.array(array) for array in task.start)
    zeros = tuple(jnp.zeros_like(array) for array in weights)
    # The number of steps is in X's precision, so that float32 stays float32 in powers of it.
    state = weights, zeros, zeros, jnp.zeros((), X.dtype)
    rng, losses, samples_per_step = np.random.default_rng(task.seed), [], task.samples_per_step
    for _ in range(task.n_iter):
        if samples_per_step == len(X):
            state, loss = step(state, X, y)
            losses.append(loss)
            continue
        order = rng.permutation(len(X))
        for first in range(0, len(X), samples_per_step):
            state, loss = step(state, X, y, order[first : first + samples_per_step])
            losses.append(loss)
    [loss.item() for loss in losses]
    weights = tuple(np.asarray(array) for array in jax.block_until_ready(state[0]))
    return Outcome(weights, time.perf_counter() - begin, task.n_iter)


def train_jax_compiling(task):
    """As :func:`train_jax`, in a new session: the step is compiled anew."""
    return train_jax(task, _jax_step.__wrapped__)


def train_jax_scan(task):
    """JAX: all full-batch steps as one compiled loop, which nothing can look into or stop."""
    begin = time.perf_counter()
    X, y = jnp.asarray(task.X), jnp.asarray(task.y)
    run = _jax_scan(task.activation, task.n_outputs, task.learning_rate, task.n_iter)
    weights, losses = run(tuple(jnp.array(array) for array in task.start), X, y)
    losses.tolist()
    weights = tuple(np.asarray(array) for array in weights)
    return Outcome(weights, time.perf_counter() - begin, task.n_iter)


# Arguments are not donated: with a few parameters that takes longer than copying them, and with
# many it makes no difference.
@cache
def _jax_step(activation, n_outputs, solver, learning_rate):
    value_and_grad = _jax_value_and_grad(activation, n_outputs)

    def descend(state, X, y):
        weights, *rest = state
        loss, gradient = value_and_grad(weights, X, y)
        return (_descended(weights, gradient, learning_rate), *rest), loss

    def adapt(state, X, y, batch=None):
        weights, mean, square, n_steps = state
        if batch is not None:
            X, y = jnp.take(X, batch, axis=0, mode="clip"), jnp.take(y, batch, mode="clip")
        loss, gradient = value_and_grad(weights, X, y)
        n_steps = n_steps + 1
        tree_map = jax.tree_util.tree_map
        mean = tree_map(lambda m, g: BETA_1 * m + (1 - BETA_1) * g, mean, gradient)
        square = tree_map(lambda v, g: BETA_2 * v + (1 - BETA_2) * g * g, square, gradient)
        m_scale, v_scale = 1 / (1 - BETA_1**n_steps), 1 / (1 - BETA_2**n_steps)
        change = tree_map(
            lambda m, v: m * m_scale / (jnp.sqrt(v * v_scale) + EPSILON), mean, square
        )
        return (_descended(weights, change, learning_rate), mean, square, n_steps), loss

    return jax.jit({"gd": descend, "adam": adapt}[solver])


@cache
def _jax_scan(activation, n_outputs, learning_rate, length):
    value_and_grad = _jax_value_and_grad(activation, n_outputs)

    def run(weights, X, y):
        def step(weights, _):
            loss, gradient = value_and_grad(weights, X, y)
            return _descended(weights, gradient, learning_rate), loss

        return jax.lax.scan(step, weights, length=length)

    return jax.jit(run)


def _descended(weights, change, learning_rate):
    return jax.tree_util.tree_map(lambda w, c: w - learning_rate * c, weights, change)


def _jax_value_and_grad(activation, n_outputs):
    act = {"tanh": jnp.tanh, "relu": jax.nn.relu}[activation]

    def loss(weights, X, y):
        W1, b1, W2, b2 = weights
        logits = act(X @ W1 + b1) @ W2 + b2
        if n_outputs == 1:
            return jnp.mean(jax.nn.softplus(logits[:, 0]) - y * logits[:, 0])
        log_p = jax.nn.log_softmax(logits)
        return -jnp.mean(jnp.take_along_axis(log_p, y[:, None], axis=1))

    return jax.value_and_grad(loss)
