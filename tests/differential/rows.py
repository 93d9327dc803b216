"""All calls that are played, one row each: what hypothesis may ask, how CPython makes it, how an agent is asked, and
what of either answer must be the same. A new call is a new row, in the file of its kind.
"""

import rows_look
import rows_message
import rows_option
import rows_socket
import rows_transfer

ROWS = [
    *rows_socket.ROWS,
    *rows_transfer.ROWS,
    *rows_message.ROWS,
    *rows_option.ROWS,
    *rows_look.ROWS,
]
BY_NAME = {row.name: row for row in ROWS}
