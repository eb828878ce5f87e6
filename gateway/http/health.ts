import type { Health } from '../../platform/http/health.ts';
import {
  conditionTimes,
  type DependencyCheck,
  DependencyWatch,
} from '../../platform/lifecycle/dependency-watch.ts';
import type { Issuers } from '../access/open-issuers.ts';

export interface HealthSources {
  /**
   * Returns the `DependencyWatch` that checks whether the subgraphs are up. If subgraphs run in this process, it checks
   * their legacy systems instead. Each new supergraph has a new `DependencyWatch`.
   */
  readonly watch: () => DependencyWatch;
  /** The watch that checks whether the journal can be written. Null if no subgraph runs in this process. */
  readonly journal: DependencyWatch | null;
  /** Null if every caller is anonymous. */
  readonly issuers: Pick<Issuers, 'states' | 'haveKeys'> | null;
}

/**
 * Creates the watch that checks whether the journal of the subgraphs in this process can be written. Null if there is
 * no journal.
 */
export const watchJournal = (journal: DependencyCheck | null): DependencyWatch | null =>
  journal === null ? null : new DependencyWatch([journal], conditionTimes);

/**
 * Creates the health of a gateway. The gateway is ready if all of these conditions hold:
 *
 * - `keys`: since its start, the gateway has had the keys of at least one issuer. If keys are fetched from URLs, only
 *   issuers with a URL count. The gateway stays ready if other issuers are down. It also stays ready if its keys become
 *   too old, because that happens in all gateways at the same time.
 * - `signature`: no subgraph refuses this gateway's signature. A subgraph that has accepted it before doesn't count,
 *   because that subgraph has a new secret.
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
