/** Applying, and the state of applications, by receipt and for staff. */
import { expect } from 'vitest';
import type { Library } from './library.ts';

type Input = Readonly<Record<string, unknown>>;

/** Applies, at a counter unless another token is given. */
export const apply = (library: Library, input: Input, token: string | undefined = library.counter) =>
  library.change('submitApplication', input, token);

/** Applies over the internet as an anonymous caller. */
export const overInternet = (library: Library, input: Input) =>
  library.change('submitApplication', { ...input, channel: 'INTERNET' });

/** What the graph answers for a receipt; null for a text that is no receipt. */
export async function progressOf({ system }: Library, receipt: string | null | undefined) {
  const query = `query ($receipt: String!) {
    applicationProgress(receipt: $receipt) { status submittedAt decidedAt reason problems { code field } }
  }`;
  const { body } = await system.ask(query, { variables: { receipt } });
  expect(body.errors).toBeUndefined();
  return body.data?.applicationProgress as {
    status: string;
    submittedAt: string;
    decidedAt: string | null;
    reason: string | null;
    problems: { code: string }[];
  } | null;
}

/** An undecided application. */
export interface Waiting {
  readonly id: string;
  readonly applicant: { readonly englishName: string };
  readonly problems: readonly { readonly code: string }[];
}

/** All applications but the seed's, the newest last. */
export async function waitingApplications(library: Library): Promise<Waiting[]> {
  const query = `{ applications(status: RECEIVED, first: 100) { edges { node {
    id applicant { englishName } problems { code }
  } } } }`;
  const { applications } = await library.read<{ applications: { edges: { node: Waiting }[] } }>(query);
  return applications.edges.map(({ node }) => node).filter(({ id }) => id !== 'A0000001');
}
