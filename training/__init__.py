"""What the learned scorer is trained on, and how."""
