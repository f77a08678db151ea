"""The domain that AWS holds, and pure questions about it: search order, reach, origins."""
