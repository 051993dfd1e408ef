"""The shapes of questions and answers for OpenAPI, read from the insights' own types."""

from __future__ import annotations

import inspect
from typing import Any

import msgspec

from recommender.insights import INSIGHTS, Insight

Schema = dict[str, Any]
_REF = "#/components/schemas/{name}"


def question(member: type[Insight]) -> Schema:
    return {"allOf": [_ref(member)], "example": dict(member.example)}


def answered(member: type[Insight]) -> Schema:
    """What 200 says."""
    return _object(
        {
            "id": {"type": "string"},
            "insight": {"type": "string"},
            "status": {"type": "string", "enum": ["answered"]},
            "question": _ref(member),
            "answer": _ref(member.result),
            "as_of": _moment("The workspace's moment that the answer stands for."),
            "computed_at": _moment("By the real clock."),
        }
    )


def waiting() -> Schema:
    """What 202 says."""
    return _object(
        {
            "id": {"type": "string"},
            "insight": {"type": "string"},
            "status": {"type": "string", "enum": ["waiting"]},
            "progress": {"type": "number", "description": "The share that is done, 0 to 1."},
            "poll": {"type": "string", "description": "Where the answer will be."},
        }
    )


def listed() -> Schema:
    """What the list says."""
    one = _object(
        {
            "name": {"type": "string"},
            "title": {"type": "string"},
            "schema": {"type": "object", "description": "Of the question: JSON Schema 2020-12."},
            "example": {"type": "object"},
        }
    )
    return _object({"insights": {"type": "array", "items": one}})


def components() -> Schema:
    """Every question and answer and their parts, by the name of their type, in OpenAPI 3.0."""
    types = [each for name in INSIGHTS for each in _pair(INSIGHTS.get(name))]
    _schemas, parts = msgspec.json.schema_components(types, ref_template=_REF)
    return {name: _plain(schema) for name, schema in sorted(parts.items())}


def _pair(member: type[Insight]) -> tuple[type, type]:
    return member, member.result


def _ref(type_: type) -> Schema:
    return {"$ref": _REF.format(name=type_.__name__)}


def _plain(schema: Any) -> Any:
    """3.0 has no type null, says whether a bound is exclusive, and requires some or nothing."""
    if isinstance(schema, list):
        return [_plain(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {
        name: value if name in ("default", "enum") else _plain(value)
        for name, value in schema.items()
        if not (name == "required" and not value)
    }
    if isinstance(plain.get("description"), str):
        plain["description"] = inspect.cleandoc(plain["description"])
    return _without_null(_exclusive(plain))


def _without_null(schema: Schema) -> Schema:
    choices = [each for each in schema.get("anyOf", []) if each != {"type": "null"}]
    if len(choices) == len(schema.get("anyOf", [])):
        return schema
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    only = {"anyOf": choices}
    if len(choices) == 1:  # beside a reference nothing else would be read
        only = {"allOf": choices} if "$ref" in choices[0] else choices[0]
    return {**only, **rest, "nullable": True}


def _exclusive(schema: Schema) -> Schema:
    if isinstance(bound := schema.pop("exclusiveMinimum", None), int | float):
        schema |= {"minimum": bound, "exclusiveMinimum": True}
    return schema


def _moment(said: str) -> Schema:
    return {"type": "string", "format": "date-time", "description": said}


def _object(properties: Schema) -> Schema:
    return {"type": "object", "properties": properties, "required": list(properties)}
