"""Print the pairs of the form in which a client of openapi-generator sends two URLs, one a line."""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

generated_client: Any = importlib.import_module("generated_client")
for module in pkgutil.walk_packages(generated_client.__path__, "generated_client."):
    importlib.import_module(module.name)
api: Any = importlib.import_module("generated_client.api.ocr_api").OcrApi()
others = dict.fromkeys(("var_async", "l", "request_metadata", "pages_to_process", "base64_data"))
internals = {"_request_auth": None, "_content_type": None, "_headers": None, "_host_index": 0}
*_, pairs = api._ocr_predict_urls_serialize(model_id="m", urls=["a", "b"], **others, **internals)
for name, value in pairs:
    print(f"{name}={value}")
