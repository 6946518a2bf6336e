"""How the knowledge files in YAML are read: safely, fast, and no key twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    _Safe = yaml.SafeLoader
else:
    # libyaml, where the wheel of PyYAML has it, reads ten times faster
    _Safe = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Loader(_Safe):
    """Refuses a key that stands twice in one mapping, of which YAML keeps the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        """The mapping of `node`; raises ConstructorError for a key that it has twice."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def load_yaml(text: str) -> object:
    """What `text` says.

    Raises yaml.YAMLError for what is no YAML, or has a key twice.
    """
    return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader
