import { createDemonstration } from '../../access/demonstration.ts';
import type { DevelopmentIssuer } from '../../access/development.ts';
import type { IdeOptions } from './ide.ts';

const defaultQuery = `# The patron who is signed in, with all cards and the one quota that they share.
# Choose above who you are, then run it with Ctrl+Enter.
query Me {
  me {
    name { english chinese }
    status
    libraryCardNumber
    credentials { libraryCardNumber status }
    loanQuota { limit used remaining }
    loans(first: 10) { edges { node { item { title } dueOn overdue } } }
  }
}
`;

/** Lets GraphiQL get tokens of made-up people, but only if this process knows that no patron is real. */
export function ideOf(
  { onlySimulators }: { readonly onlySimulators: boolean },
  development: DevelopmentIssuer | null,
  now: () => number,
): IdeOptions {
  const demonstration = development !== null && onlySimulators ? createDemonstration(development, now) : null;
  return { title: 'patron-graph', defaultQuery, hasGuides: true, demonstration };
}
