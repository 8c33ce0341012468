"""A page as a browser would take it apart: sections with their texts, attributes, ids."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "img", "br", "hr", "input"}


@dataclass
class ParsedPage(HTMLParser):
    """What stands on a page; `parse` fills it."""

    ids: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    """Tag, name and value of every attribute."""
    tags: list[str] = field(default_factory=list)
    texts: dict[str, list[str]] = field(default_factory=dict)
    """Texts of each section by its id; an empty id holds the rest of the page."""
    unclosed: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._section = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        known = dict(attrs)
        if "id" in known:
            self.ids.append(known["id"] or "")
        if tag == "section":
            self._section = known.get("id") or ""
        if tag not in VOID:
            self.unclosed.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.unclosed.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.unclosed, f"</{tag}> closes nothing"
        opened = self.unclosed.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if tag == "section":
            self._section = ""

    def handle_data(self, data: str) -> None:
        self.texts.setdefault(self._section, []).append(data)

    def text(self, section: str) -> str:
        """Return the text of a section, blanks folded."""
        return " ".join(" ".join(self.texts[section]).split())

    def sources(self) -> list[str]:
        """Return every address that a browser would load by itself."""
        return [value for _, name, value in self.attributes if name in {"src", "srcset", "data", "poster", "action", "background"}] + [
            value for tag, name, value in self.attributes if name in {"href", "xlink:href"} and tag != "a"
        ]


def parse(page: str) -> ParsedPage:
    """Return the parsed page; tags that do not match are an error."""
    parsed = ParsedPage()
    parsed.feed(page)
    parsed.close()
    assert not parsed.unclosed
    return parsed
