/**
 * Opens the subgraphs of systems that were added to the three core systems. In the folder with the subgraph's name,
 * `open.ts` exports `open`, which makes the adapter and the subgraph. So no list of subgraphs has to be edited.
 */
import type { System, SystemEntry } from '../platform/systems.ts';
import { adapterSettings, maxWorkers, openStandaloneServices, type SharedServices } from './open-services.ts';
import type { ServicesOf } from './runtime/call-class.ts';
import type { LegacyConfig, LegacyLogin, LegacySystem } from './runtime/environment/legacy-systems.ts';
import type { OpenedSubgraph } from './runtime/served-subgraph.ts';
import { runStandalone } from './runtime/start.ts';

/**
 * The services of the process, and its clock. Tests that count calls set `buildsIndex` to false, so that no call is
 * made in the background.
 */
export interface SharedByProcess {
  readonly servicesOf: ServicesOf<SharedServices>;
  readonly clock: () => Date;
  readonly buildsIndex: boolean;
  /** A file that lists the branches; null if there is none. */
  readonly branchesFile: string | null;
}

/** The subgraph of an added system, and the check of the system for `/health/dependencies`. */
export type AddedSubgraph = Pick<OpenedSubgraph<object>, 'definition' | 'ping'>;

/**
 * The function that `open.ts` of a subgraph exports as `open`. The function makes the adapter, and adds it to
 * `resources`, which closes it at the end. `Settings` is `LegacyLogin` if the system's `SystemEntry` has `login`.
 *
 * @example
 * export const open: OpenAdded<LegacyLogin> = (settings, { servicesOf }, resources) => {
 *   const rooms = resources.use(createRooms(settings));
 *   return { definition: roomsSubgraph(rooms.forClass, servicesOf), ping: (signal) => rooms.ping(signal) };
 * };
 */
export type OpenAdded<Settings extends LegacySystem = LegacySystem> = (
  settings: AdapterSettings<Settings>,
  shared: SharedByProcess,
  resources: AsyncDisposableStack,
) => AddedSubgraph | Promise<AddedSubgraph>;
type AdapterSettings<Settings extends LegacySystem> = ReturnType<typeof adapterSettings<Settings>>;

/**
 * Returns the function `open` that the subgraph of an added system exports.
 * @throws Error if `open.ts` of the subgraph is missing, or has no `open`.
 */
export async function findAdded({ subgraph: { name } }: SystemEntry): Promise<OpenAdded<LegacyLogin>> {
  const { open }: { readonly open?: OpenAdded<LegacyLogin> } = await import(`./${name}/open.ts`);
  if (open === undefined) {
    throw new Error(`subgraphs/${name}/open.ts does not export open.`);
  }
  return open;
}

/** Runs the subgraph of an added system in this process, until a signal ends it. */
export const runAdded = (entry: System): Promise<void> =>
  runStandalone<object>({
    entry,
    maxWorkers,
    async open(config, observers, resources) {
      const { servicesOf, journal } = await openStandaloneServices(config, observers, resources, entry);
      const settings = adapterSettings(entry, addedLogin(config, entry), config.worker, observers);
      const open = await findAdded(entry);
      const { branchesFile } = config;
      const shared = { servicesOf, clock: () => new Date(), buildsIndex: true, branchesFile };
      return { ...(await open(settings, shared, resources)), journal };
    },
  });

/**
 * The settings of an added system. If its `SystemEntry` has `login`, they contain a login: `readLegacyConfig` has
 * checked that.
 * @throws TypeError if the system has no settings.
 */
export function addedLogin(config: LegacyConfig, { id }: SystemEntry): LegacyLogin {
  const settings = config.added.get(id);
  if (settings === undefined) {
    throw new TypeError(`${id} has no settings`);
  }
  return settings as LegacyLogin;
}
