"""A believable little network for trying out: invented people in and around Vejle."""

from data.seed.network import seed_demo, unseed_demo

__all__ = ["seed_demo", "unseed_demo"]
