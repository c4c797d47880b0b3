"""The spec is a valid OpenAPI document with valid examples and links."""

import copy
import keyword
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final, cast
from uuid import UUID

import pytest
import yaml
from attrs import frozen
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

import samples

SPEC: Final = samples.spec()
METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}
OWNED_BY_HTTP_LIBRARIES = {"accept", "authorization", "content-type", "content-length", "host"}
BASE = "urn:spec"


def members(value: object) -> dict[str, Any]:
    """Return the members of an object; empty for anything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Return the items of a list; empty for anything else."""
    return list(cast("Iterable[Any]", value)) if isinstance(value, list) else []


def at(spec: Any, pointer: str) -> Any:
    """The value at a JSON pointer with or without a leading `#`."""
    value = spec
    for step in pointer.lstrip("#").split("/")[1:]:
        name = step.replace("~1", "/").replace("~0", "~")
        value = items(value)[int(name)] if items(value) else members(value)[name]
    return value


def resolved(spec: dict[str, Any], value: Any) -> Any:
    """Follow a reference; return anything else as it is."""
    while "$ref" in members(value):
        value = at(spec, members(value)["$ref"])
    return value


def operations(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Path and details of every operation."""
    for path, item in spec["paths"].items():
        for method, details in item.items():
            if method in METHODS:
                yield path, details


def nodes(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of a document with its JSON pointer."""
    yield pointer, value
    for key, item in [*members(value).items(), *enumerate(items(value))]:
        yield from nodes(item, f"{pointer}/{str(key).replace('~', '~0').replace('/', '~1')}")


def references(value: Any) -> set[str]:
    """Return the references in a part of a spec."""
    return {str(members(node)["$ref"]) for _, node in nodes(value) if "$ref" in members(node)}


@frozen
class Example:
    """An example: its pointer, its value and its schema."""

    pointer: str
    value: Any
    schema: str


def examples(spec: dict[str, Any]) -> list[Example]:
    """Every example of a spec: of media types, of parameters, of schemas."""
    return [
        example
        for pointer, node in nodes(spec)
        if not pointer.startswith("/components/examples")
        for example in examples_at(spec, pointer, members(node))
    ]


def examples_at(spec: dict[str, Any], pointer: str, node: dict[str, Any]) -> Iterator[Example]:
    """The examples of one media type, parameter or schema."""
    schema = f"{pointer}/schema"
    if "schema" in node and "example" in node:
        yield Example(f"{pointer}/example", node["example"], schema)
    if "schema" in node:
        for name, one in members(node.get("examples")).items():
            yield Example(f"{pointer}/examples/{name}", resolved(spec, one)["value"], schema)
    elif is_schema(pointer):
        for index, one in enumerate(items(node.get("examples"))):
            yield Example(f"{pointer}/examples/{index}", one, pointer)


def is_schema(pointer: str) -> bool:
    """Whether a schema stands at a pointer of a spec."""
    return bool(re.search(r"/(schemas|properties)/[^/]+$|/(schema|items|contentSchema)$", pointer))


def mistakes(spec: dict[str, Any], example: Example) -> list[str]:
    """Return the violations of an example's schema."""
    registry: Any = Registry[Any]().with_resource(BASE, DRAFT202012.create_resource(spec))
    validator: Any = Draft202012Validator({"$ref": f"{BASE}#{example.schema}"}, registry=registry)
    return [error.message for error in validator.iter_errors(example.value)]


EXAMPLES = examples(SPEC)


def test_the_spec_is_a_valid_openapi_document() -> None:
    assert [error.message for error in OpenAPIV31SpecValidator(SPEC).iter_errors()] == []


def test_an_invalid_spec_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    del broken["paths"]["/OCR/Model"]["post"]["responses"]
    broken["info"].pop("title")
    assert list(OpenAPIV31SpecValidator(broken).iter_errors())


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.pointer)
def test_every_example_is_of_its_schema(example: Example) -> None:
    assert mistakes(SPEC, example) == []


def test_examples_are_found_at_every_level() -> None:
    pointers = [example.pointer for example in EXAMPLES]
    assert any("/responses/" in pointer for pointer in pointers)
    assert any(pointer.startswith("/components/schemas/") for pointer in pointers)
    assert any("/parameters/" in pointer for pointer in pointers)


def test_every_shared_example_is_used() -> None:
    used = references(SPEC)
    assert {f"#/components/examples/{name}" for name in SPEC["components"]["examples"]} <= used


@pytest.mark.parametrize("kind", ["schemas", "parameters", "requestBodies", "responses", "links"])
def test_every_shared_component_is_used(kind: str) -> None:
    used = references(SPEC)
    assert {f"#/components/{kind}/{name}" for name in SPEC["components"][kind]} <= used


def test_an_example_that_violates_its_schema_is_noticed() -> None:
    broken = copy.deepcopy(SPEC)
    broken["components"]["examples"]["OcrModel"]["value"]["state"] = "hosted"
    assert [message for example in examples(broken) for message in mistakes(broken, example)] == [
        "'hosted' is not of type 'integer'"
    ] * len([example for example in EXAMPLES if example.value == SPEC["components"]["examples"]["OcrModel"]["value"]])


def test_the_times_of_the_example_agree_with_each_other() -> None:
    (image,) = SPEC["components"]["examples"]["Listing"]["value"]["unmoderated_images"]
    moment = datetime(1582, 10, 15) + timedelta(microseconds=UUID(image["id"]).time // 10)  # noqa: DTZ001 - UUIDs count in UTC
    days = (moment - datetime(1970, 1, 1)).days  # noqa: DTZ001 - likewise
    assert (image["day_since_epoch"], image["hour_of_day"]) == (days, moment.hour)


OPERATIONS = list(operations(SPEC))
OPERATION_IDS = [details["operationId"] for _, details in OPERATIONS]


def test_ids_are_different_names_of_python() -> None:
    assert len(set(OPERATION_IDS)) == len(OPERATION_IDS) == 45
    assert all(re.fullmatch("[a-z]+(_[a-z]+)*", name) and not keyword.iskeyword(name) for name in OPERATION_IDS)


def test_published_ids_are_kept_and_different() -> None:
    published = [d["x-published-operation-id"] for _, d in operations(SPEC) if "x-published-operation-id" in d]
    assert (len(published), len(set(published))) == (17, 17)


def test_both_spellings_of_a_route_are_operations_of_their_own() -> None:
    assert {path for path in SPEC["paths"] if path.endswith("/")} == {
        "/OCR/Model/{model_id}/LabelFile/",
        "/OCR/Model/{model_id}/LabelUrls/",
    }
    assert {path.rstrip("/") for path in SPEC["paths"] if path.endswith("/")} <= SPEC["paths"].keys()


def parameters(details: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of an operation."""
    return [resolved(SPEC, parameter) for parameter in details.get("parameters", [])]


def test_no_parameter_is_a_header_that_http_libraries_own() -> None:
    headers = [p["name"].lower() for _, d in operations(SPEC) for p in parameters(d) if p["in"] == "header"]
    assert set(headers) & OWNED_BY_HTTP_LIBRARIES == set()


@pytest.mark.parametrize(("path", "details"), OPERATIONS, ids=OPERATION_IDS)
def test_the_parameters_of_a_path_are_those_in_its_braces(path: str, details: dict[str, Any]) -> None:
    declared = {p["name"] for p in parameters(details) if p["in"] == "path"}
    assert declared == set(re.findall(r"\{(\w+)\}", path))


@pytest.mark.parametrize(("path", "details"), OPERATIONS, ids=OPERATION_IDS)
def test_an_operation_says_what_errors_are_like(path: str, details: dict[str, Any]) -> None:
    errors = {status: resolved(SPEC, reply) for status, reply in details["responses"].items() if int(status) >= 400}
    schemas = {reply["content"]["application/json"]["schema"]["$ref"] for reply in errors.values()}
    assert schemas == {"#/components/schemas/Error"}
    assert {"401", "402", "403", "429", "500"} <= errors.keys()
    assert ("409" in errors) == path.endswith("/Train")


@pytest.mark.parametrize(("path", "details"), OPERATIONS, ids=OPERATION_IDS)
def test_an_operation_that_takes_urls_may_be_partly_successful_in_both_ways(path: str, details: dict[str, Any]) -> None:
    if path.rstrip("/").endswith("Urls"):
        assert {"202", "206"} <= details["responses"].keys()


def reply_schemas() -> set[str]:
    """The pointers of the schemas of all replies, with what they lead to."""
    replies = (resolved(SPEC, reply) for _, details in operations(SPEC) for reply in details["responses"].values())
    open_ends = [content["schema"] for reply in replies for content in reply["content"].values()]
    found: set[str] = set()
    while open_ends:
        named = references(open_ends.pop())
        open_ends += [at(SPEC, reference) for reference in named - found]
        found |= named
    return found


def test_replies_allow_unknown_members() -> None:
    closing = {"enum", "const", "additionalProperties", "maxItems", "maxLength", "maximum", "pattern", "format"}
    closed = [
        f"{reference}{pointer}/{word}"
        for reference in reply_schemas()
        for pointer, node in nodes(at(SPEC, reference))
        if not pointer.endswith("/properties")
        for word in closing & members(node).keys()
    ]
    assert sorted(closed) == ["#/components/schemas/SignedUrls/additionalProperties"]


CORE = {
    "Error": {"message"},
    "Model": {"model_id", "model_type", "state", "categories"},
    "Category": {"name"},
    "UploadReply": {"Meta", "Data"},
    "UploadMeta": {"ModelID", "ModelType", "State", "Categories"},
    "UploadedFile": {"filename"},
    "TrainingObject": {"name", "ocr_text", "bndbox"},
    "BoundingBox": {"xmin", "ymin", "xmax", "ymax"},
    "OcrReply": {"message", "result"},
    "OcrPage": {"message"},
    "Box": {"label", "xmin", "ymin", "xmax", "ymax"},
    "Cell": {"row", "col", "xmin", "ymin", "xmax", "ymax", "text"},
    "Listing": {"moderated_images_count", "unmoderated_images_count", "moderated_images", "unmoderated_images"},
    "PageReply": {"message"},
    "Image": {"model_id", "day_since_epoch", "is_moderated", "id", "predicted_boxes"},
    "OcrText": {"xmin", "ymin", "xmax", "ymax", "ocr_text"},
    "IcReply": {"message", "result"},
    "IcResult": {"message", "prediction"},
    "IcPrediction": {"label", "probability"},
    "FullTextResult": {"page_data"},
    "FullTextPage": {"raw_text", "words"},
    "FullTextWord": {"text"},
    "AnnotationsReply": {"Meta", "Data"},
    "AnnotationsMeta": {"categories", "state", "status"},
}


@pytest.mark.parametrize("reference", sorted(reply_schemas()))
def test_only_the_core_of_a_reply_is_required(reference: str) -> None:
    assert set(at(SPEC, reference).get("required", [])) <= CORE.get(reference.rpartition("/")[2], set())


@pytest.mark.parametrize(("_", "details"), OPERATIONS, ids=OPERATION_IDS)
def test_a_list_in_a_request_has_its_least_length_and_no_empty_text(_: str, details: dict[str, Any]) -> None:
    body = resolved(SPEC, details.get("requestBody", {}))
    schemas = [resolved(SPEC, content["schema"]) for content in body.get("content", {}).values()]
    lists = [p for schema in schemas for p in schema["properties"].values() if p.get("type") == "array"]
    # A page may lose all of its boxes, and a file is checked when it is opened.
    texts = [one for one in lists if one["items"].get("type") == "string"]
    assert [one for one in texts if "minItems" not in one] == []
    assert [
        one for one in texts if one["items"].get("format", one["items"].get("minLength")) not in {1, "binary"}
    ] == []


def links(spec: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], dict[str, Any], dict[str, Any]]]:
    """Yield every link with its pointer, the path and schema of its response."""
    for path, details in operations(spec):
        for status, reply in details["responses"].items():
            told = resolved(spec, reply)
            for name, link in told.get("links", {}).items():
                (schema,) = (content["schema"] for content in told["content"].values())
                place = f"{details['operationId']} {status} {name}"
                yield place, {**details, "path": path}, schema, resolved(spec, link)


def expressions(link: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and runtime expressions of a link."""
    yield from link.get("parameters", {}).items()
    yield from members(link.get("requestBody")).items()


def unknown_expression(spec: dict[str, Any], details: dict[str, Any], schema: Any, expression: str) -> bool:
    """Return whether an expression of a link has no value in its exchange."""
    if expression.startswith("$request.path."):
        return f"{{{expression.removeprefix('$request.path.')}}}" not in details["path"]
    if not expression.startswith("$response.body#/"):
        return True
    for step in expression.removeprefix("$response.body#/").split("/"):
        schema = resolved(spec, schema)
        schema = schema.get("items") if step.isdigit() else schema.get("properties", {}).get(step)
        if schema is None:
            return True
    return False


def broken_links(spec: dict[str, Any]) -> list[str]:
    """Return the mistakes in the links of a spec."""
    known = {details["operationId"]: details for _, details in operations(spec)}
    found: list[str] = []
    for place, details, schema, link in links(spec):
        target = known.get(link["operationId"])
        if target is None:
            found.append(f"{place}: no operation {link['operationId']}")
            continue
        taken = {resolved(spec, parameter)["name"] for parameter in target.get("parameters", [])}
        unknown = [name for name in link.get("parameters", {}) if name not in taken]
        found += [f"{place}: {target['operationId']} has no parameter {name}" for name in unknown]
        found += [
            f"{place}: nothing at {expression} for {name}"
            for name, expression in expressions(link)
            if unknown_expression(spec, details, schema, expression)
        ]
    return found


def test_every_link_leads_to_an_operation_with_values_that_are_there() -> None:
    assert broken_links(SPEC) == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"operationId": "ocr_no_such"}, "no operation ocr_no_such"),
        ({"parameters": {"modelId": "$response.body#/model_id"}}, "ocr_get_model has no parameter modelId"),
        ({"parameters": {"model_id": "$response.body#/id"}}, "nothing at $response.body#/id for model_id"),
        ({"parameters": {"model_id": "$request.path.id"}}, "nothing at $request.path.id for model_id"),
    ],
)
def test_a_link_to_a_missing_operation_is_noticed(change: dict[str, Any], told: str) -> None:
    broken = copy.deepcopy(SPEC)
    broken["components"]["links"]["OcrGetModel"].update(change)
    assert any(told in mistake for mistake in broken_links(broken))


def test_a_submission_links_to_both_ways_of_reading_its_result() -> None:
    led = {(place.split()[0], link["operationId"]) for place, _, _, link in links(SPEC) if " 200 " in place}
    predicting = [name for name in OPERATION_IDS if re.match("ocr_(predict|submit)", name)]
    assert {(name, to) for name in predicting for to in ("ocr_get_page", "ocr_get_file")} <= led


def test_every_call_is_authenticated_by_basic() -> None:
    (scheme,) = SPEC["components"]["securitySchemes"].items()
    assert (scheme[1]["type"], scheme[1]["scheme"]) == ("http", "basic")
    assert SPEC["security"] == [{scheme[0]: []}]
    assert [details["operationId"] for _, details in operations(SPEC) if "security" in details] == []


def test_the_spec_holds_no_code_samples() -> None:
    assert [pointer for pointer, _ in nodes(SPEC) if re.search("code-?samples", pointer, re.IGNORECASE)] == []
    assert "```" not in yaml.safe_dump(SPEC)
