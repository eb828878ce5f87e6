/**
 * The simulators of systems that were added to the three lending systems. Each is in a folder that has the system's id
 * as its name. `system.ts` in that folder exports `create`. There is no list of these simulators.
 */
import { addedSystems, type SystemEntry } from '../platform/systems.ts';
import type { SimulatedSystem } from './simulated-system.ts';
import type { Store } from './tables/store.ts';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/**
 * Makes a simulated system. `login` is the login that callers need. It is null if the system's entry has no login.
 * `library` contains the data of the three lending systems, for simulators that read it.
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
