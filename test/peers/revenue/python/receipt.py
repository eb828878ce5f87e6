"""A receipt as a PDF of one page. The same order gives the same bytes, because a refund changes no receipt."""

from records import Order
from times import business_date


def receipt_number(order: Order) -> str:
    return 'RC' + order.number[2:]


def receipt_pdf(order: Order) -> bytes:
    assert order.paid is not None
    rows = [
        f'Receipt {receipt_number(order)}',
        f'Paid on {business_date(order.paid)}',
        *(f'{line.charge}  HKD {line.cents / 100:.2f}' for line in order.lines),
        f'Total  HKD {order.cents / 100:.2f}',
    ]
    # None of the rows has a bracket or a backslash, which a PDF would need escaped.
    shown = ''.join(f'({row}) Tj 0 -16 Td\n' for row in rows)
    stream = f'BT /F1 12 Tf 50 780 Td\n{shown}ET'.encode('ascii')
    objects = [
        b'<< /Type /Catalog /Pages 2 0 R >>',
        b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
        b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R'
        b' /Resources << /Font << /F1 5 0 R >> >> >>',
        b'<< /Length %d >>\nstream\n%s\nendstream' % (len(stream), stream),
        b'<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ]
    written = b'%PDF-1.4\n'
    offsets: list[int] = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b'%d 0 obj\n%s\nendobj\n' % (number, content)
    table = b''.join(b'%010d 00000 n \n' % offset for offset in offsets)
    size = len(objects) + 1
    return written + b'xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' % (
        size,
        table,
        size,
        len(written),
    )
