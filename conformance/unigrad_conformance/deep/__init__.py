"""The suite *deep*: calls that hypothesis draws around every sample, for as long as asked; failures shrunk and replayable.

A sample is varied in the shapes of its arrays, the axes, the layout in memory, the magnitude of its numbers, and the numbers
themselves. Each call is compared with NumPy's, its gradient with differences where these tell, and its sweeps with each other.
"""
