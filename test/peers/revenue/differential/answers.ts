import { judge } from '../asker.ts';
import type { RawAnswer } from '../raw-request.ts';
import { allNamed, at, textAt, type XmlTree } from '../xml-tree.ts';
import type { VersionWatch } from './version-watch.ts';

/** The element in the body; null if the answer has none. */
export const bodyOf = ({ envelope }: RawAnswer): XmlTree | null =>
  envelope === null ? null : (at(envelope, 'Body')?.children[0] ?? null);

/** A fault's typed detail, null if it has none; any other payload itself. */
export const detailOrSelf = (payload: XmlTree): XmlTree | null =>
  payload.name === 'Fault' ? (at(payload, 'Detail')?.children[0] ?? null) : payload;

/** The code, the subcode's local name, or the name of a typed fault; the name of any other payload. */
export function codeOf(answer: RawAnswer): string {
  const payload = bodyOf(answer);
  if (payload?.name !== 'Fault') {
    return payload?.name ?? String(answer.status);
  }
  const local = (text: string | null): string => (text ?? '').trim().replace(/^.*:/, '');
  const code = `${local(textAt(payload, 'Code', 'Value'))} ${local(textAt(payload, 'Code', 'Subcode', 'Value'))}`;
  const detail = at(payload, 'Detail')?.children[0];
  return detail === undefined ? code.trim() : [detail.name, textAt(detail, 'Code')].join(' ').trim();
}

/**
 * The headers that the contract settles: to which message an answer relates, and its `Action`. It does not say which
 * `Action` a fault without detail has.
 */
export function headersOf(answer: RawAnswer): string {
  const header = answer.envelope === null ? null : at(answer.envelope, 'Header');
  const payload = bodyOf(answer);
  if (header === null || payload === null) {
    return 'no headers';
  }
  const action = detailOrSelf(payload) === null ? 'any' : textAt(header, 'Action');
  return `Action ${action}, RelatesTo ${textAt(header, 'RelatesTo')}`;
}

/** What is wrong with one answer by the contract alone, whatever the other system says. */
export function problemsOf(answer: RawAnswer, versions: VersionWatch): string[] {
  const payload = bodyOf(answer);
  if (payload === null) {
    return answer.text === '' ? [] : ['no payload'];
  }
  const problems = detailOrSelf(payload) === null ? [] : judge.problems(answer.text);
  const changes = allNamed(payload, 'Change');
  const order = changes.map(({ attributes }) => Number(attributes.Seq));
  if (order.some((seq, index) => index > 0 && seq <= (order[index - 1] ?? 0))) {
    problems.push('rows are not in the order of Seq');
  }
  const result = at(payload, 'ListChangesResult');
  const last = changes.at(-1)?.attributes.Seq;
  if (result !== null && last !== undefined && textAt(result, 'LastSeq') !== last) {
    problems.push('LastSeq is not that of the last row');
  }
  for (const one of [...allNamed(payload, 'Order'), ...allNamed(payload, 'CreateOrderResult')]) {
    const payBy = textAt(one, 'PayBy');
    const timeToPayMs = Date.parse(payBy ?? '') - Date.parse(textAt(one, 'CreatedAt') ?? '');
    if (payBy !== null && timeToPayMs !== 15 * 60_000) {
      problems.push(`PayBy is ${timeToPayMs} ms after CreatedAt`);
    }
  }
  return [...problems, ...versions.problems(payload)];
}
