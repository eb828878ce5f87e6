/** Applying, and how applications stand: for whoever holds a receipt, and for staff. */
import { expect } from 'vitest';
import type { Library } from './library.ts';

type Input = Readonly<Record<string, unknown>>;

/** Applies; at a counter, where no other token is given. */
export const apply = (library: Library, input: Input, token: string | undefined = library.counter) =>
  library.change('submitApplication', input, token);

/** Applies over the internet, as nobody in particular. */
export const overInternet = (library: Library, input: Input) =>
  library.change('submitApplication', { ...input, channel: 'INTERNET' });

/** What whoever holds the receipt is told; null for what is no receipt. */
export async function progressOf({ system }: Library, receipt: string | null | undefined) {
  const query = `query ($receipt: String!) {
    applicationProgress(receipt: $receipt) { status submittedAt decidedAt problems { code field } }
  }`;
  const { body } = await system.ask(query, { variables: { receipt } });
  expect(body.errors).toBeUndefined();
  return body.data?.applicationProgress as {
    status: string;
    submittedAt: string;
    decidedAt: string | null;
    problems: { code: string }[];
  } | null;
}

/** An application that nobody has decided. */
export interface Waiting {
  readonly id: string;
  readonly applicant: { readonly englishName: string };
  readonly problems: readonly { readonly code: string }[];
}

/** All but the seed's: the newest of them is the last. */
export async function waitingApplications(library: Library): Promise<Waiting[]> {
  const query = `{ applications(status: RECEIVED, first: 100) { edges { node {
    id applicant { englishName } problems { code }
  } } } }`;
  const { applications } = await library.read<{ applications: { edges: { node: Waiting }[] } }>(query);
  return applications.edges.map(({ node }) => node).filter(({ id }) => id !== 'A0000001');
}
