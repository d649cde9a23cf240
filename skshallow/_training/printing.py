"""Lines about a training, as `verbose` asks for them."""


class LossPrinter:
    """Monitors a training, and prints a line every so many iterations.

    Parameters
    ----------
    every : int
        How many iterations there are from line to line.
    """

    def __init__(self, every):
        self.every = every

    def begin(self):
        """Nothing is printed before an iteration."""

    def end(self, training):
        """Print the loss of the network that is ahead, if it is time to."""
        members = training.stack.members
        sound = [member.history for member in members if member.end != "diverged"]
        if not sound:
            return
        best = min(sound, key=lambda history: history.best_loss)
        iteration = len(best.loss_curve)
        if iteration % self.every == 0:
            line = f"iteration {iteration:>6}  loss {best.loss_curve[-1]:.6f}"
            if best.validation_loss_curve:
                line += f"  validation loss {best.validation_loss_curve[-1]:.6f}"
            print(line, flush=True)
