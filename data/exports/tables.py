"""Makes comments.xlsx, comments.ods and comments.parquet: the same comments as a spreadsheet of two programs and as a table
in Parquet, each with what is odd about that form. Needs xlsxwriter, odfpy and pyarrow; run it in this folder.
"""

import datetime as dt

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter
from odf.office import Annotation
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import P

TITLE = "Council votes to close the Harbour Road library"
HEADER = ["id", "parent_id", "article_title", "author", "created_at", "text", "votes", "score", "hidden"]
ROWS = [
    (1001, None, TITLE, "Rosa M", dt.datetime(2026, 5, 1, 9, 30), "They never asked anyone who uses it.", 12, 0.5, False),
    (1002, 1001, TITLE, "tomk", dt.datetime(2026, 5, 1, 10, 15, 30), "Maybe they did, and\nyou were not listening.", -3, 0.25, False),
    (1003, 1002, TITLE, "Rosa M", dt.datetime(2026, 5, 1, 11, 0), "=1+1 is what they call a budget", 0, 1.0, False),
    (1004, None, TITLE, "Zoë", dt.datetime(2026, 5, 2), "Größe ist nicht alles 😀 & <b>more</b>", 7, 0.125, True),
    (1005, 1004, TITLE, None, None, "I bet somebody was paid for it.", None, None, None),
]


def xlsx():
    book = xlsxwriter.Workbook("comments.xlsx")
    book.set_properties({"created": dt.datetime(2026, 5, 3)})
    book.add_worksheet("Read me").write("A1", "Exported by the community desk")
    sheet = book.add_worksheet("Comments")
    # The title is merged over the head, which stands two rows below it.
    sheet.merge_range("A1:F1", "Comments of May 2026")
    sheet.write_row("A3", HEADER)
    time = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    for line, row in enumerate(ROWS, 3):
        for place, value in enumerate(row):
            match value:
                case None:
                    pass
                case str():
                    sheet.write_string(line, place, value)
                case dt.datetime():
                    sheet.write_datetime(line, place, value, time)
                case _:
                    sheet.write(line, place, value)
    # A row without anything; then one with a formula, one that failed, and two texts in one cell.
    sheet.write_formula(9, 0, "=A8+1", None, 1006)
    sheet.write_rich_string(9, 5, "Buy ", book.add_format({"bold": True}), "cheap shoes", " at my shop")
    sheet.write_formula(9, 6, "=NA()", None, "#N/A")
    # A cell beside the table.
    sheet.write(3, 11, "checked by Ann")
    book.close()


def ods():
    document = OpenDocumentSpreadsheet()
    table = Table(name="Comments")

    def text(value):
        cell = TableCell(valuetype="string")
        for line in value.split("\n"):
            cell.addElement(P(text=line))
        return cell

    def cell(value):
        match value:
            case None:
                return TableCell()
            case bool():
                shown, cell = str(value).upper(), TableCell(valuetype="boolean", booleanvalue=str(value).lower())
            case int() | float():
                shown, cell = str(value), TableCell(valuetype="float", value=value)
            case dt.datetime():
                shown, cell = value.strftime("%d.%m.%y"), TableCell(valuetype="date", datevalue=value.isoformat())
            case _:
                return text(value)
        cell.addElement(P(text=shown))
        return cell

    head = TableRow()
    for name in HEADER:
        head.addElement(text(name))
    # As LibreOffice does: the rest of the row is one empty cell.
    head.addElement(TableCell(numbercolumnsrepeated=16384 - len(HEADER)))
    table.addElement(head)
    for row in ROWS:
        line = TableRow()
        for value in row:
            line.addElement(cell(value))
        table.addElement(line)
    table.addElement(TableRow(numberrowsrepeated=2))
    last = TableRow()
    last.addElement(cell(1006))
    last.addElement(TableCell(numbercolumnsrepeated=4))
    said = text("Buy cheap shoes at my shop")
    note = Annotation()
    note.addElement(P(text="spam, surely"))
    said.addElement(note)
    last.addElement(said)
    last.addElement(CoveredTableCell())
    table.addElement(last)
    table.addElement(TableRow(numberrowsrepeated=1048560))
    document.spreadsheet.addElement(table)
    notes = Table(name="Notes")
    line = TableRow()
    line.addElement(text("Ask Ann about May"))
    notes.addElement(line)
    document.spreadsheet.addElement(notes)
    document.save("comments.ods")


def parquet():
    columns = list(zip(*ROWS))
    rows = len(ROWS)
    table = pa.table(
        {
            "id": pa.array(columns[0], pa.int64()),
            "parent_id": pa.array(columns[1], pa.int64()),
            "article": pa.array([{"title": TITLE, "words": 120}] * rows),
            "user": pa.array([{"name": name} for name in columns[3]], pa.struct([("name", pa.string())])),
            "created_at": pa.array(columns[4], pa.timestamp("us", tz="UTC")),
            "day": pa.array([at.date() if at else None for at in columns[4]], pa.date32()),
            "text": pa.array(columns[5], pa.string()).dictionary_encode(),
            "votes": pa.array(columns[6], pa.int32()),
            "score": pa.array(columns[7], pa.float64()),
            "hidden": pa.array(columns[8], pa.bool_()),
            "labels": pa.array([["angry"], [], ["ironic", "money"], None, ["rumour", None]], pa.list_(pa.string())),
            "raw": pa.array([b"bytes that are text", b"\xff\xd8\xff", None, b"", b"more"], pa.binary()),
        }
    )
    # Two row groups.
    pq.write_table(table, "comments.parquet", row_group_size=3, compression="snappy")


xlsx()
ods()
parquet()
