"""JSON that can be looked at: nothing in it moves a cursor or turns the direction of writing."""

import json
import re

# Control characters that JSON does not escape itself (C1), and those that are not seen: the soft
# hyphen, zero width, marks of direction, separators of lines, tags; and halves of surrogate pairs.
_UNSEEN = re.compile(
    "[\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff"
    "\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def json_text(document: object) -> str:
    """A document as indented JSON, which says the same whether a character is escaped or not."""
    text = json.dumps(document, indent=2, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], text) + "\n"
