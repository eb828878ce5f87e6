/** What is measured: the documents that clients send, with their variables, and whose token they send. */
import type { Reader } from './seed.ts';

export const actNames = ['main query', 'page of twenty', 'check-out', 'check-in'] as const;
export type ActName = (typeof actNames)[number];

/** The patrons of a page. */
export const pageLength = 20;

export interface Act {
  readonly document: string;
  /** Whether the reader's own token is sent. Otherwise the token of a member of staff is sent. */
  readonly asReader: boolean;
  /**
   * The variables of the request about the reader at a position, counted from 0. `reference` is new for each request. The
   * page begins after the patron of an earlier reader, so that pages vary.
   */
  variables(reader: Reader, position: number, reference: string): object;
}

export const acts: Readonly<Record<ActName, Act>> = {
  'main query': {
    document: `query Main { me {
      name { english chinese } status libraryCardNumber credentials { libraryCardNumber status }
      loanQuota { limit used remaining } loans(first: 10) { edges { node { item { title } dueOn } } }
    } }`,
    asReader: true,
    variables: () => ({}),
  },
  'page of twenty': {
    document: `query Page($after: String) { patrons(first: ${pageLength}, after: $after) {
      totalCount pageInfo { hasNextPage }
      edges { node {
        id name { english chinese } status credentials { libraryCardNumber status } loanQuota { used remaining }
      } }
    } }`,
    asReader: false,
    variables: ({ patronId }, position) => ({
      after: position < pageLength ? null : Buffer.from(`patrons:${patronId}`).toString('base64url'),
    }),
  },
  'check-out': {
    document: `mutation CheckOut($input: CheckOutInput!) { checkOut(input: $input) {
      operation { state } loan { dueOn renewals item { title } } quota { used remaining } problems { reason }
    } }`,
    asReader: false,
    variables: ({ cardNumber: libraryCardNumber, itemNumber }, _position, reference) => ({
      input: { reference, credential: { libraryCardNumber }, itemNumber },
    }),
  },
  'check-in': {
    document: `mutation CheckIn($input: CheckInInput!) { checkIn(input: $input) {
      operation { state } item { title state } problems { reason }
    } }`,
    asReader: false,
    variables: ({ itemNumber }, _position, reference) => ({ input: { reference, itemNumber } }),
  },
};

/** The acts that the other graph answers, too: it only reads. */
export const reads: readonly ActName[] = ['main query', 'page of twenty'];
