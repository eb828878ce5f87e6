import type { Health } from '../../platform/http/health.ts';
import {
  conditionTimes,
  type DependencyCheck,
  DependencyWatch,
} from '../../platform/lifecycle/dependency-watch.ts';
import type { Issuers } from '../access/open-issuers.ts';

/** What a gateway's health is made of. */
export interface HealthSources {
  /** The subgraphs, or the legacy systems of those in this process. Another supergraph brings another watch. */
  readonly watch: () => DependencyWatch;
  /** The watch over the journal; null where no subgraph runs in this process. */
  readonly journal: DependencyWatch | null;
  /** Null where every caller is anonymous. */
  readonly issuers: Pick<Issuers, 'states' | 'haveKeys'> | null;
}

/** Watches the journal of the subgraphs in this process; null where there is none. */
export const watchJournal = (journal: DependencyCheck | null): DependencyWatch | null =>
  journal === null ? null : new DependencyWatch([journal], conditionTimes);

/**
 * The health of a gateway. It is ready where
 *
 * - `keys`: an issuer has had keys since the start; where keys are fetched, one of those issuers. One of several issuers that is down
 *   takes no gateway out of service. Nor do keys that grow too old, which happens in all gateways at the same time;
 * - `signature`: no subgraph has refused this gateway's signature since the start. If one does so later, the secret was
 *   changed there;
 * - `journal`: the journal of the subgraphs in this process can be written, if there are any.
 */
export function createHealth({ watch, journal, issuers }: HealthSources): Health {
  let hadKeys = false;
  const hasKeys = () => {
    hadKeys ||= issuers === null || issuers.haveKeys();
    return hadKeys;
  };
  const journalStates = () => journal?.states() ?? {};
  return {
    known: () => Promise.all([watch().start(), journal?.start()]),
    conditions() {
      const own = { keys: hasKeys(), signature: !watch().isRefused() };
      return journal === null ? own : { ...own, journal: !Object.values(journalStates()).includes('down') };
    },
    dependencies: () => ({ ...watch().states(), ...journalStates(), ...issuers?.states() }),
  };
}
