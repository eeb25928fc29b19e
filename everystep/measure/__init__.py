"""What is measured of a model or a machine: curvature, gradient noise, memory, throughput."""
