import type { ListedOperation } from '../../build/guides.ts';

/** A person of the demonstration. Queries can run in this person's name. */
export interface Person {
  readonly id: string;
  readonly label: string;
  readonly audience: string;
}

export interface Setup {
  readonly title: string;
  readonly defaultQuery: string;
  /** Whether the guides of this repository describe this graph. */
  readonly hasGuides: boolean;
  /** The persons of the demonstration. Empty if patrons may be real, or if the guides don't describe this graph. */
  readonly people: readonly Person[];
}

export type { ListedOperation };

async function get(path: string): Promise<Response> {
  const response = await fetch(`/graphiql/${path}`);
  if (!response.ok) {
    throw new Error(`${response.status} for ${path}`);
  }
  return response;
}

/** Rejects if the setup can't be loaded. */
export const loadSetup = async (): Promise<Setup> => (await get('setup')).json();
/** Rejects if the operations can't be loaded. */
export const loadOperations = async (): Promise<readonly ListedOperation[]> =>
  (await get('content/operations.json')).json();
/** The schema of an audience, as SDL. Rejects if the schema can't be loaded. */
export const loadSchema = async (audience: string): Promise<string> =>
  (await get(`content/${audience}.graphql`)).text();
