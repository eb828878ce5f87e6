import { MARKS } from '../../support/marked-secrets.ts';
import { anyPatron } from '../../support/ports.ts';
import type { Read } from '../calls/reads.ts';
import { WRITES } from '../calls/writes.ts';

/** A call with secrets in its arguments. */
export type SecretCall = Pick<Read, 'system' | 'call'>;

const { identityNumber, patronNumber, cardNumber } = MARKS;

const patronReads: SecretCall['call'][] = [
  ({ patrons }, signal) => patrons.findByDocument({ kind: 'HKID', number: identityNumber }, signal),
  ({ patrons }, signal) =>
    patrons.findByDocument({ kind: 'BIRTH_CERTIFICATE', number: identityNumber }, signal),
  ({ patrons }, signal) =>
    patrons.search({ ...anyPatron, name: MARKS.name }, { first: 5, after: null }, signal),
  ({ patrons }, signal) => patrons.findMany([patronNumber], signal),
];
const cardReads: SecretCall['call'][] = [
  ({ cards }, signal) => cards.findSmartId({ identityNumber, dateOfIssue: '2020-01-31' }, signal),
  ({ cards }, signal) => cards.cardsByNumber([cardNumber], signal),
  ({ cards }, signal) => cards.cardsByPatron([patronNumber], signal),
];
const circulationReads: SecretCall['call'][] = [
  ({ circulation }, signal) => circulation.loansByCard([cardNumber], signal),
  ({ circulation }, signal) => circulation.findItems(MARKS.title, 5, signal),
  ({ circulation }, signal) => circulation.eventsByReference(MARKS.reference, signal),
];

/** Every write, and the reads that take a secret. The reads are called with marked secrets. */
export const SECRET_CALLS: readonly SecretCall[] = [
  ...patronReads.map((call) => ({ system: 'prs', call }) as const),
  ...cardReads.map((call) => ({ system: 'cms', call }) as const),
  ...circulationReads.map((call) => ({ system: 'circ', call }) as const),
  ...WRITES,
];
