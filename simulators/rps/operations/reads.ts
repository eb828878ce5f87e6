import { collapse } from '../../soap/simple-types.ts';
import type { XmlElement } from '../../soap/xml.ts';
import { shuffleRows } from '../../tables/shuffle-rows.ts';
import { refusal } from '../faults.ts';
import type { Orders } from '../ledger/orders.ts';
import { balanceOf, type Charge } from '../ledger/rows.ts';
import { earlierFirst } from '../ledger/ticks.ts';
import { child, text } from '../requests/fields.ts';
import { Problems } from '../requests/problems.ts';
import { items, record } from '../wire/elements.ts';
import { order } from '../wire/orders.ts';
import { changePage, pingInfo, receipt } from '../wire/others.ts';
import { receiptPdf } from '../wire/receipt.ts';
import { type Statement, statement } from '../wire/statements.ts';
import type { Act } from './act.ts';

const MAX_PATRONS = 20;
const MAX_ORDERS = 25;
const MAX_ROWS = 500;

export const reads = (orders: Orders): Readonly<Record<string, Act>> => ({
  GetStatements: (request, { at }) => {
    const problems = new Problems();
    const patronNos = problems.array(request, 'PatronNos', MAX_PATRONS).map((item) => item.text);
    problems.refuse();
    const all = isTrue(child(request, 'IncludeSettled'));
    const found = [...new Set(patronNos)].flatMap((patronNo) => statementOf(orders, patronNo, all) ?? []);
    const rows = shuffleRows(found, (row) => row.patronNo);
    return items(rows.map((row) => statement(row, at)));
  },
  GetOrders: (request) => {
    const problems = new Problems();
    const byReference = request.children.some(({ local }) => local === 'MerchantRefs');
    const keys = problems.array(request, byReference ? 'MerchantRefs' : 'OrderNos', MAX_ORDERS);
    problems.refuse();
    const found = [...new Set(keys.map((item) => item.text))].flatMap(
      (key) => orders.get(byReference ? orderOf(orders, key) : key) ?? [],
    );
    const rows = shuffleRows(found, (row) => row.orderNo);
    return items(rows.map((row) => order(row)));
  },
  ListChanges: (request, { at }) => {
    const problems = new Problems();
    const maxRows = Number(collapse(text(request, 'MaxRows')));
    problems.addIf(maxRows < 1 || maxRows > MAX_ROWS, 'MaxRows', `Between 1 and ${MAX_ROWS} are wanted.`);
    problems.refuse();
    const afterSeq = BigInt(collapse(text(request, 'AfterSeq')).replace('+', ''));
    return record(changePage(orders.ledger.changes.after(afterSeq, maxRows, at), afterSeq));
  },
  GetReceipt: (request) => {
    const orderNo = text(request, 'OrderNo');
    const found = orders.get(orderNo);
    if (found === undefined) {
      throw refusal('NoSuchOrder', { orderNo });
    }
    if (found.state !== 'Paid') {
      throw refusal('OrderNotPaid', { orderNo });
    }
    return record(receipt(found, receiptPdf(found)));
  },
  Ping: (_request, { at }) => record(pingInfo(at)),
});

const isTrue = (element: XmlElement | null): boolean =>
  element !== null && ['true', '1'].includes(collapse(element.text));

/** Returns the number of the order that was created with a reference. References of waivers and refunds are not found. */
function orderOf({ ledger }: Orders, merchantRef: string): string {
  const referenced = ledger.referenced(merchantRef);
  return referenced?.kind === 'order' ? referenced.orderNo : '';
}

/** Returns a statement. Null for a patron who never had a charge or a credit. */
function statementOf({ ledger }: Orders, patronNo: string, includeSettled: boolean): Statement | null {
  const charges = ledger.chargesOf(patronNo);
  const credits = ledger.creditsOf(patronNo);
  if (charges.length === 0 && credits.length === 0) {
    return null;
  }
  const isTold = (charge: Charge) => includeSettled || balanceOf(charge).outstanding > 0;
  const lines = charges.filter(isTold).sort((a, b) => earlierFirst(a.raisedAt, b.raisedAt));
  return { patronNo, lines, credits };
}
