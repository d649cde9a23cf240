"""Tables as Dask's collections."""

import dask.array as da


def in_blocks(array, *lengths):
    """A Dask array of blocks of these lengths; a single one is that of all of them."""
    chunks = lengths[0] if len(lengths) == 1 else lengths
    return da.from_array(array, chunks=(chunks, *array.shape[1:]))
