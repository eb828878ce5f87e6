/**
 * The simulators of systems that were added to the three of lending. `system.ts` in the folder that has the system's id
 * exports `create`. It is found by that name, so that no list of simulators has to be edited.
 */
import { addedSystems, type SystemEntry } from '../platform/systems.ts';
import type { SimulatedSystem } from './simulated-system.ts';
import type { Store } from './tables/store.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Makes a simulated system. `login` has the credentials that its callers need. It is null if the system's entry has no
 * login. `library` has the data of the three systems of lending, for a simulator that reads what happens there.
 */
export type CreateSystem = (now: () => Date, login: Credentials | null, library: Store) => SimulatedSystem;

export interface AddedSimulator {
  readonly entry: SystemEntry;
  readonly create: CreateSystem;
}

/** @throws Error if the folder of a system has no `system.ts` that exports `create`. */
export const findAddedSimulators = (): Promise<readonly AddedSimulator[]> =>
  Promise.all(
    addedSystems.map(async (entry: SystemEntry) => {
      const { create }: { readonly create?: CreateSystem } = await import(`./${entry.id}/system.ts`);
      if (create === undefined) {
        throw new Error(`simulators/${entry.id}/system.ts does not export create.`);
      }
      return { entry, create };
    }),
  );

/** The login of a simulator if none is set. Null if the system has no login. */
export const defaultLogin = ({ security }: SystemEntry): Credentials | null =>
  security.kind === 'login' ? security.simulated : null;
