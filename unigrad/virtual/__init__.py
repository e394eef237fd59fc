"""Virtual backends: namespaces of kernels that compute with another backend's, and do something besides.

A virtual backend is a *level*, which a transform opens for one call. Its arrays hold arrays of the levels below it, the
lowest of which are a library's own. Rules and kernels do not know which of them they are given.
"""
