/** What the gateway and the build tell the page. */
import type { ListedOperation } from '../../build/guides.ts';

/** Somebody of the demonstration, as whom queries may be run. */
export interface Person {
  readonly id: string;
  readonly label: string;
  readonly audience: string;
}

export interface Setup {
  readonly title: string;
  readonly defaultQuery: string;
  /** Whether the graph is the one of the guides. */
  readonly hasGuides: boolean;
  /** Empty where patrons may be real, and in every other graph. */
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

/** Rejects if it can't be loaded. */
export const loadSetup = async (): Promise<Setup> => (await get('setup')).json();
/** Rejects if they can't be loaded. */
export const loadOperations = async (): Promise<readonly ListedOperation[]> =>
  (await get('content/operations.json')).json();
/** The schema that an audience sees, as SDL. Rejects if it can't be loaded. */
export const loadSchema = async (audience: string): Promise<string> =>
  (await get(`content/${audience}.graphql`)).text();
