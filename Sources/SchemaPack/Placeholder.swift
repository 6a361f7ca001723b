// Placeholder of the layer.
