"""Signals to the workers of a Dask cluster."""

import os


def send(client, number):
    """Send a signal to a worker, and return the identifier of its process."""
    pids = {}
    while not pids:
        client.wait_for_workers(1, timeout=60)
        # One that was killed a moment ago may still be listed, and cannot answer.
        answers = client.run(os.getpid, on_error="ignore")
        # A local cluster fails as it closes if a worker goes before it heard of it.
        known = client.cluster.scheduler_info["workers"]
        pids = {worker: pid for worker, pid in answers.items() if worker in known}
    pid = pids[min(pids)]
    os.kill(pid, number)
    return pid
