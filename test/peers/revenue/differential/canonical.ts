import { isNil, type XmlTree } from '../xml-tree.ts';
import type { NamesOfSystem } from './names-per-system.ts';

/**
 * An element as it is compared. Nothing is left of what the contract leaves to the system: tickets and texts for people,
 * opaque payloads, numbers of refunds and of versions, bytes of receipts, whether an absent value is nil or left out, and
 * the order of statements and orders.
 */
export interface Canonical {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Canonical[];
  readonly text: string;
}

const INSTANCE_TYPE = '{http://www.w3.org/2001/XMLSchema-instance}type';
const contractNamespace = 'http://rps.library.example/2014/11';

/** Elements whose text is the system's own. */
const opaque = new Set(['QrPayload', 'RedirectUrl', 'RefundNo', 'Content', 'MaskedNo', 'Version', 'Text']);
/** Attributes that are the system's own. `problemsOf` checks that sequences and versions rise. */
const ownAttributes = new Set(['TicketId', 'Seq', 'Version']);
/** Arrays, and results that are arrays. They may be empty or left out. */
const arrays = new Set([
  ...['Lines', 'Credits', 'Adjustments', 'Refunds', 'Changes', 'Problems'],
  ...['GetStatementsResult', 'GetOrdersResult'],
]);
/** Answers whose rows come in an order of the system's own, by the element that identifies a row. */
const unordered = new Map([
  ['GetStatementsResult', 'PatronNo'],
  ['GetOrdersResult', 'OrderNo'],
  ['Problems', 'Field'],
]);

/** The canonical form of an element in an answer's body. */
export function canonical(element: XmlTree, names: NamesOfSystem): Canonical {
  const children = element.children
    .filter((child) => !isNil(child) && !isEmptyArray(child) && !isOwnText(element, child))
    .map((child) => canonical(child, names));
  const key = unordered.get(element.name);
  const sorted =
    key === undefined ? children : children.toSorted((a, b) => compare(keyOf(a, key), keyOf(b, key)));
  const attributes = Object.entries(element.attributes).filter(([name]) => !ownAttributes.has(name));
  return {
    name: element.namespace.startsWith(contractNamespace) ? element.name : `other ${element.name}`,
    attributes: Object.fromEntries(
      attributes.map(([name, value]) => [name, name === INSTANCE_TYPE ? value.replace(/^.*:/, '') : value]),
    ),
    children: element.name === 'Settlement' ? [] : sorted,
    text: children.length > 0 || opaque.has(element.name) ? '' : abstractText(element, names),
  };
}

const isEmptyArray = ({ name, children }: XmlTree): boolean => arrays.has(name) && children.length === 0;
/**
 * The reason of a refund that RPS made itself is a text for people. `LastSeq` of a page with rows is checked by
 * `problemsOf`.
 */
const isOwnText = (parent: XmlTree, child: XmlTree): boolean =>
  (child.name === 'Reason' && (parent.attributes.Automatic === 'true' || isAutomaticRow(parent))) ||
  (child.name === 'LastSeq' &&
    parent.children.some(({ name, children }) => name === 'Changes' && children.length > 0));
const isAutomaticRow = ({ attributes, children }: XmlTree): boolean =>
  attributes.Type === 'OrderRefunded' &&
  children.some((child) => child.name === 'MerchantRef' && isNil(child));
const keyOf = ({ children }: Canonical, key: string): string =>
  children.find(({ name }) => name === key)?.text ?? '';
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function abstractText({ name, text }: XmlTree, names: NamesOfSystem): string {
  switch (name) {
    case 'OrderNo':
      return names.abstract('order', text);
    case 'ChargeNo':
      return names.abstract('charge', text);
    case 'ChargeNos':
      return text
        .split(' ')
        .map((number) => names.abstract('charge', number))
        .join(' ');
    case 'ReceiptNo': {
      const order = names.abstract('order', text.replace(/^RC/, 'RO'));
      return order === text.replace(/^RC/, 'RO') ? text : `receipt of ${order}`;
    }
    case 'LastSeq':
      return names.abstract('seq', text);
    default:
      return text;
  }
}

const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{0,6}[1-9])?Z$/;

/**
 * The places where two canonical elements differ, as text; empty if they are the same. Times of the run may differ by
 * `toleranceMs`, because each system has a clock of its own; times of the seed (`exact`) may not.
 */
export function differences(
  a: Canonical,
  b: Canonical,
  exact: ReadonlySet<string>,
  toleranceMs: number,
  path = a.name,
): string[] {
  const same = (left: string, right: string): boolean =>
    left === right ||
    (a.name === 'RetryAfterSeconds' && Math.abs(Number(left) - Number(right)) * 1000 <= toleranceMs) ||
    (time.test(left) &&
      time.test(right) &&
      !exact.has(left) &&
      !exact.has(right) &&
      Math.abs(Date.parse(left) - Date.parse(right)) <= toleranceMs);
  const found: string[] = [];
  if (a.name !== b.name) {
    return [`${path}: ${a.name} | ${b.name}`];
  }
  for (const name of new Set([...Object.keys(a.attributes), ...Object.keys(b.attributes)])) {
    const [left, right] = [a.attributes[name] ?? '(none)', b.attributes[name] ?? '(none)'];
    if (!same(left, right)) {
      found.push(`${path}/@${name}: ${left} | ${right}`);
    }
  }
  if (!same(a.text, b.text)) {
    found.push(`${path}: ${JSON.stringify(a.text)} | ${JSON.stringify(b.text)}`);
  }
  const namesOf = ({ children }: Canonical): string => children.map(({ name }) => name).join(' ');
  if (namesOf(a) !== namesOf(b)) {
    return [...found, `${path}: <${namesOf(a)}> | <${namesOf(b)}>`];
  }
  const nested = a.children.flatMap((child, index) => {
    const other = b.children[index];
    return other === undefined
      ? []
      : differences(child, other, exact, toleranceMs, `${path}/${child.name}[${index}]`);
  });
  return [...found, ...nested];
}
