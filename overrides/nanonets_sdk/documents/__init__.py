"""What people read: documents, pages, fields, tables, models, classifications. Pure: no input or output here."""

from nanonets_sdk.documents.classification import Classification, Score
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.field import Field, Fields
from nanonets_sdk.documents.geometry import Box
from nanonets_sdk.documents.listing import Listing
from nanonets_sdk.documents.model import Category, Model, ModelState
from nanonets_sdk.documents.page import Boxes, Page, Word
from nanonets_sdk.documents.table import Cell, Table
from nanonets_sdk.documents.training import Annotation, Upload, UploadedFile

__all__ = [
    "Annotation",
    "Box",
    "Boxes",
    "Category",
    "Cell",
    "Classification",
    "Document",
    "Field",
    "Fields",
    "Listing",
    "Model",
    "ModelState",
    "Page",
    "Score",
    "Table",
    "Upload",
    "UploadedFile",
    "Word",
]
