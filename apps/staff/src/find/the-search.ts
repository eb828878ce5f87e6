/**
 * The last search, which is shown again when somebody returns from a patron's page. The search is not in the address,
 * because it may be a name.
 */
import type { PatronStatus } from '../operations.generated.ts';

interface Search {
  readonly text: string;
  readonly status: PatronStatus | '';
}

let last: Search = { text: '', status: '' };
let opens = false;

export const theSearch = {
  /** Returns the last search. `opens` is true only for the first call after `begin`. */
  take(): Search & { readonly opens: boolean } {
    const taken = { ...last, opens };
    opens = false;
    return taken;
  },
  remember(search: Search): void {
    last = search;
  },
  /** Stores a search of the find box, so that its only hit is opened. Must be called before the view opens. */
  begin(text: string): void {
    last = { text, status: '' };
    opens = true;
  },
};
