// Whoever works with seismograms works with datasets, windows and labels: a plugin that imports this room has their
// words, too.
@_exported import Datasets
