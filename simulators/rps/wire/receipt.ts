import { dayOf } from '../../hong-kong-time.ts';
import { type Order, totalOf } from '../ledger/rows.ts';
import { dateOf } from '../ledger/ticks.ts';
import { money } from './elements.ts';

/** Returns the number of an order's receipt: `RC` and the order's digits. */
export const receiptNo = ({ orderNo }: Order): string => orderNo.replace(/^RO/, 'RC');

/** Makes the receipt of a paid order: a PDF of one page. A refund doesn't change the receipt. */
export function receiptPdf(order: Order): Buffer {
  const lines = [
    `Receipt ${receiptNo(order)}`,
    `Order ${order.orderNo}, patron ${order.patronNo}`,
    `Paid on ${order.paidAt === null ? '' : dayOf(dateOf(order.paidAt))}`,
    ...order.lines.map(({ chargeNo, cents }) => `${chargeNo}   HKD ${money(cents)}`),
    `Total   HKD ${money(totalOf(order.lines))}`,
  ];
  // The page has room for the 50 lines of the longest order.
  const text = `BT /F1 10 Tf 12 TL 50 800 Td ${lines.map((line) => `(${line}) Tj T*`).join(' ')} ET`;
  return pdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]);
}

/** Writes a PDF with these objects. The first object must be the catalogue. Everything is ASCII. */
function pdf(objects: readonly string[]): Buffer {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const references = `xref\n0 ${size}\n0000000000 65535 f \n${table}`;
  const trailer = `trailer\n<< /Size ${size} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + references + trailer, 'latin1');
}
