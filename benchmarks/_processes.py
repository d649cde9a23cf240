"""Calls in processes of their own, which may fail or take too long without harm to their caller."""

import multiprocessing

# What nearly every child needs is loaded once.
PRELOADED = ["skshallow", "sklearn.ensemble", "sklearn.neural_network", "pandas"]


def call_in_child(function, *arguments, seconds):
    """Call a function in a process of its own.

    Parameters
    ----------
    function : callable
        Of a module's top level.
    arguments : tuple
        What it is called with; has to be picklable, as has what it returns.
    seconds : float
        How long the call may take, its imports included.

    Returns
    -------
    result : object
        What the function returned.

    Raises
    ------
    TimeoutError
        If the time is up; the process is killed.
    ChildProcessError
        If the call failed, or its process ended.
    """
    context = _context()
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_answer, args=(there, function, arguments))
    child.start()
    there.close()
    try:
        if not here.poll(seconds):
            raise TimeoutError(f"took more than {seconds:g} s")
        succeeded, answer = here.recv()
    except EOFError:
        child.join()
        raise ChildProcessError(f"ended with status {child.exitcode}") from None
    finally:
        child.kill()
        child.join()
        here.close()
    if not succeeded:
        raise ChildProcessError(answer)
    return answer


def _answer(pipe, function, arguments):
    try:
        answer = True, function(*arguments)
    except Exception as error:
        answer = False, repr(error)
    pipe.send(answer)


def _context():
    # A fork of what has started threads could hang; the server has started none.
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    return context
