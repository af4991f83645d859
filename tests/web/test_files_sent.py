"""Files that people send to a page: both imports take the same kinds of file, and pass nothing over in silence."""

from __future__ import annotations

import io
from uuid import uuid4

import pytest

from tests.application.test_tables import workbook
from tests.web.conftest import Town

# Address, who may, the header, a sound row, and what the page shows of it.
IMPORTS = {
    "/offers/import": ("coach", ["kind", "title", "starts_on"], ["workshop", "Café Zoë", "4-1-2027"], "/offers"),
    "/signals/import": ("improver", ["seen", "kind", "expected"], ["Café Zoë", "idea", "Fewer"], "/signals?view=list"),
}
EACH = pytest.mark.parametrize("address", IMPORTS)


def send(town: Town, address: str, content: bytes | str) -> tuple[int, str]:
    who = town.visit(IMPORTS[address][0])
    file = io.BytesIO(content if isinstance(content, bytes) else content.encode())
    data = {"csrf_token": who.token(address), "command_id": str(uuid4()), "file": (file, "file.csv")}
    answer = who.client.post(address, data=data)
    page = who.get(answer.location) if answer.status_code == 303 else answer.get_data(as_text=True)
    return answer.status_code, page


def shown(town: Town, address: str) -> str:
    return town.visit(IMPORTS[address][0]).get(IMPORTS[address][3])


@EACH
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "sep=", "title", "trailing", "capitals", "xlsx"]
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_file_is_taken_as_it_is(town: Town, address: str, encoding: str, delimiter: str) -> None:
    _, head, row, _ = IMPORTS[address]
    lines = [delimiter.join(head), delimiter.join(row)]
    content: bytes | str = "\r\n".join(lines)
    if encoding == "xlsx":
        content = workbook([list(head), list(row)])
    elif encoding == "sep=":
        content = f"sep={delimiter}\r\n{content}"
    elif encoding == "title":
        content = f"Our list\r\n\r\n{content}"
    elif encoding == "trailing":
        content = "\r\n".join(line + delimiter for line in lines)
    elif encoding == "capitals":
        content = f"{lines[0].upper()}\r\n{lines[1]}"
    else:
        content = str(content).encode(encoding)
    status, page = send(town, address, content)
    assert status == 303, page
    assert "Café Zoë" in page
    wanted = {"cp1252": "it was read as Windows-1252", "utf-16": "it was read as UTF-16", "title": "Line 3 was read"}
    assert ("was read as" in page) == (encoding in wanted) and wanted.get(encoding, "") in page


@EACH
def test_a_column_that_is_unknown_or_stands_twice_is_told_and_nothing_is_read(town: Town, address: str) -> None:
    _, head, row, _ = IMPORTS[address]
    for more, said in (("deadline", "The column deadline is not known"), (head[1], "Two columns are called")):
        status, page = send(town, address, f"{';'.join([*head, more])}\n{';'.join([*row, 'x'])}\n")
        assert status == 400 and said in page
    assert "Café Zoë" not in shown(town, address)


@EACH
def test_a_quote_that_is_never_closed_makes_one_of_no_several(town: Town, address: str) -> None:
    _, head, row, _ = IMPORTS[address]
    rows = [";".join(row), ";".join([row[0], f'"{row[1]}', row[2]]), ";".join([row[0], f'{row[1]}"', row[2]])]
    status, page = send(town, address, "\n".join([";".join(head), *rows]))
    assert status == 400 and "Line 3: The quotes don&#39;t match" in page
    assert "Café Zoë" not in shown(town, address)


def test_the_same_wish_of_two_teams_is_two_signals_however_it_is_typed(town: Town) -> None:
    wishes = "seen;team\nToo slow;north\nToo slow;south\n Too  slow;south\nToo slow;\n"
    assert send(town, "/signals/import", wishes)[0] == 303
    assert "3 signals" in shown(town, "/signals/import")
    assert send(town, "/signals/import", wishes)[0] == 303
    assert "3 signals" in shown(town, "/signals/import")
