"""What can be wrong with a row or a file, in the operators' languages, and what to do about it.

A fault names no value of the file: the row stands beside it, and nothing of a person is kept.
"""

from __future__ import annotations

from typing import NamedTuple

from marketing.kernel.errors import Conflict, Invalid
from marketing.kernel.text import Text


class Fault(NamedTuple):
    """``what`` is wrong, and the ``fix``."""

    code: str
    what: Text
    fix: Text


class Wrong(Invalid):
    """One row cannot be taken. ``field``: which of the kind's; empty: the row as a whole."""

    def __init__(self, fault: Fault, field: str = "") -> None:
        super().__init__(fault.what.en, code=fault.code, pointer=field or None, fix=fault.fix.en)
        self.fault = fault
        self.field = field


class Refusal(Conflict):
    """The file, or what was asked of it, cannot be taken at all."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what.en, code=fault.code, fix=fault.fix.en)
        self.fault = fault


MISSING = Fault(
    "missing", Text("Empty, but needed", "必填项为空"), Text("Fill it in.", "请填写此项。")
)
TOO_LONG = Fault(
    "too_long", Text("Too long", "内容过长"),
    Text("Shorten it, or choose another column.", "请缩短内容，或改选其他列。"),
)  # fmt: skip
UNKNOWN_PERSON = Fault(
    "unknown_person", Text("There is no such person", "没有此用户"),
    Text("Import people first, or check the ID.", "请先导入用户，或检查 ID。"),
)  # fmt: skip
BAD_NUMBER = Fault(
    "bad_number", Text("Not a number", "不是数字"),
    Text("Write digits as 1299.50; for 1299,50 choose the decimal comma in the options.",
         "请写成 1299.50；若写作 1299,50，请在选项中选择逗号作小数点。"),
)  # fmt: skip
NOT_WHOLE = Fault(
    "not_whole", Text("Not a whole number", "不是整数"),
    Text("Write it without decimals.", "请去掉小数部分。"),
)  # fmt: skip
OUT_OF_RANGE = Fault(
    "out_of_range", Text("Out of range", "超出范围"),
    Text("Give a number from 0 on that is not absurdly large.", "请填写不小于 0 且大小合理的数。"),
)  # fmt: skip
TOO_FINE = Fault(
    "too_fine", Text("Finer than the smallest coin", "金额小于最小货币单位"),
    Text("Round it to the currency's minor unit; check the decimal comma in the options.",
         "请按货币最小单位取整，并检查选项中的小数点设置。"),
)  # fmt: skip
OTHER_CURRENCY = Fault(
    "other_currency", Text("Not the workspace's currency", "不是工作区的货币"),
    Text("Convert the amount: sums mix no currencies.", "请先换算：不同货币不能相加。"),
)  # fmt: skip
BAD_CURRENCY = Fault(
    "bad_currency", Text("Not a currency", "不是货币代码"),
    Text("Write the three letters of ISO 4217, as CNY.", "请写 ISO 4217 三位字母代码，如 CNY。"),
)  # fmt: skip
BAD_FLAG = Fault(
    "bad_flag", Text("Neither yes nor no", "既非“是”也非“否”"),
    Text("Write yes or no, true or false, 1 or 0.", "请填写 是/否、true/false 或 1/0。"),
)  # fmt: skip
BAD_MOMENT = Fault(
    "bad_moment", Text("Not a date or time", "不是日期或时间"),
    Text("Write 2026-01-31 or 2026-01-31 08:30.", "请写成 2026-01-31 或 2026-01-31 08:30。"),
)  # fmt: skip
AMBIGUOUS_DATE = Fault(
    "ambiguous_date", Text("It is not clear which is the day", "日与月的次序不明"),
    Text("Choose the order of dates in the options.", "请在选项中选择日期的书写次序。"),
)  # fmt: skip
TOO_OLD = Fault(
    "too_old", Text("Before the year 2000", "早于 2000 年"),
    Text("Check the year.", "请检查年份。"),
)  # fmt: skip
IN_FUTURE = Fault(
    "in_future", Text("In the future", "在未来"),
    Text("Import what has happened.", "请只导入已经发生的事。"),
)  # fmt: skip
NUL = Fault(
    "nul_character", Text("Holds a NUL character", "含有 NUL 字符"),
    Text("Save the file anew as CSV UTF-8.", "请将文件重新另存为 CSV UTF-8。"),
)  # fmt: skip
TOO_FEW_CELLS = Fault(
    "too_few_cells", Text("Fewer cells than columns", "单元格少于列数"),
    Text("Quote texts that hold the delimiter or a line break.",
         "含分隔符或换行的文本请加引号。"),
)  # fmt: skip
TOO_MANY_CELLS = Fault(
    "too_many_cells", Text("More cells than columns", "单元格多于列数"), TOO_FEW_CELLS.fix
)
HUGE_CELL = Fault(
    "huge_cell", Text("A cell is too large, or a quote is not closed", "单元格过大，或引号未闭合"),
    Text("Close the quote, or shorten the cell.", "请闭合引号，或缩短单元格内容。"),
)  # fmt: skip
TOO_LARGE_ROW = Fault(
    "event_too_large", Text("The row is larger than 32 kB", "该行超过 32 kB"),
    Text("Leave long texts out.", "请去掉较长的文本。"),
)  # fmt: skip
NOT_TAKEN = Fault(
    "not_taken", Text("The intake does not take it", "接收入口不接受此行"),
    Text("Check the id and the time of the row.", "请检查该行的 ID 与时间。"),
)  # fmt: skip

# --- of the whole file or of what is asked -------------------------------------------------------
EMPTY_FILE = Fault(
    "empty_file", Text("The file has no rows", "文件没有数据行"),
    Text("The first row names the columns; what follows is taken in.",
         "首行为列名，其后为要导入的数据。"),
)  # fmt: skip
IS_WORKBOOK = Fault(
    "is_workbook", Text("This is a workbook, not a table", "这是电子表格文件，不是纯表格"),
    Text("Open it and save the sheet as “CSV UTF-8”.", "请打开后将工作表另存为“CSV UTF-8”。"),
)  # fmt: skip
NO_TABLE = Fault(
    "no_table", Text("This is neither CSV nor Parquet", "既不是 CSV 也不是 Parquet 文件"),
    Text("Export the table as “CSV UTF-8” or Parquet.", "请将表格导出为“CSV UTF-8”或 Parquet。"),
)  # fmt: skip
BAD_ENCODING = Fault(
    "bad_encoding", Text("The text cannot be read", "无法识别文本编码"),
    Text("Save it as “CSV UTF-8”, or choose its encoding in the options.",
         "请另存为“CSV UTF-8”，或在选项中选择其编码。"),
)  # fmt: skip
DAMAGED = Fault(
    "damaged_file", Text("The file is damaged", "文件已损坏"),
    Text("Export it anew.", "请重新导出。"),
)  # fmt: skip
FILE_TOO_LARGE = Fault(
    "file_too_large", Text("The file is too large", "文件过大"),
    Text("Split it, or have an administrator raise the limit.",
         "请拆分文件，或请管理员提高上限。"),
)  # fmt: skip
TOO_MANY_BAD = Fault(
    "too_many_bad_rows", Text("More than 100,000 rows have problems", "有问题的行超过 100,000"),
    Text("Mend what the error file shows first: it is likely one cause.",
         "请先按错误文件修正：通常是同一个原因。"),
)  # fmt: skip
NO_FILE = Fault(
    "file_gone", Text("The file is not stored any more", "文件已不再保存"),
    Text("Upload it again: rows that were taken in are recognised.",
         "请重新上传：已导入的行会被识别。"),
)  # fmt: skip
ERASED_MEANWHILE = Fault(
    "erased_meanwhile",
    Text("A person was erased, so the stored files are gone", "有用户被删除，已保存的文件随之清除"),
    Text("Upload the file without them: rows that were taken in are recognised.",
         "请去除该用户后重新上传：已导入的行会被识别。"),
)  # fmt: skip
STOPPED = Fault(
    "stopped", Text("Stopped by an operator", "已被操作员停止"),
    Text("Go on, or upload another file.", "可以继续，或上传其他文件。"),
)  # fmt: skip
INCOMPLETE = Fault(
    "mapping_incomplete", Text("The mapping is incomplete", "列对应不完整"),
    Text("Choose a column, or one value for all rows, for every field that is needed.",
         "请为每个必填字段选择一列，或填写适用于所有行的值。"),
)  # fmt: skip
BUSY = Fault(
    "import_busy", Text("It is being worked on", "正在处理中"),
    Text("Wait until it is done, or stop it.", "请等待完成，或先停止。"),
)  # fmt: skip
SHOWN = {
    fault.code: fault for fault in list(vars().values()) if isinstance(fault, Fault)
}  # by code, for a problem that a row remembers
