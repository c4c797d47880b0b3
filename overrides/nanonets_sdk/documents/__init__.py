"""What people read: documents, pages, fields, tables, models, classifications. Pure: no input or output here."""

from nanonets_sdk.documents.cell import Cell
from nanonets_sdk.documents.classification import Classification, Score
from nanonets_sdk.documents.comparison import Comparison, Difference, Tally, total_of
from nanonets_sdk.documents.corrections import Correction
from nanonets_sdk.documents.document import Document
from nanonets_sdk.documents.field import Field, FieldList, Fields
from nanonets_sdk.documents.listing import Listing
from nanonets_sdk.documents.model import Category, Model, ModelState
from nanonets_sdk.documents.page import Boxes, Page
from nanonets_sdk.documents.signed_urls import SignedUrl, SignedUrls
from nanonets_sdk.documents.table import Table, TableList
from nanonets_sdk.documents.training import Annotation, Upload, UploadedFile
from nanonets_sdk.documents.words import Word
from nanonets_sdk.layout.geometry import Box, RelativeBox

__all__ = [
    "Annotation",
    "Box",
    "Boxes",
    "Category",
    "Cell",
    "Classification",
    "Comparison",
    "Correction",
    "Difference",
    "Document",
    "Field",
    "FieldList",
    "Fields",
    "Listing",
    "Model",
    "ModelState",
    "Page",
    "RelativeBox",
    "Score",
    "SignedUrl",
    "SignedUrls",
    "Table",
    "TableList",
    "Tally",
    "Upload",
    "UploadedFile",
    "Word",
    "total_of",
]
