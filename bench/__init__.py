"""What Magwise is fast at, beside peers, in one run: medians and ratios, never a pass or a fail."""
