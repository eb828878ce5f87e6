import { z } from 'zod';
import {
  httpUrl,
  readEnvironment,
  reportIssues,
  type VariableIssue,
} from '../../../platform/lifecycle/environment.ts';
import { secretsVariable } from '../../../platform/lifecycle/secrets.ts';
import {
  addedSystems,
  bySystem,
  type CoreSystem,
  coreSystems,
  passwordVariable,
  type SystemEntry,
  systems,
  userVariable,
  variablePrefix,
} from '../../../platform/systems.ts';
import type { PemFiles } from '../../../platform/tls/files.ts';
import { clientTlsIssues, clientTlsOf, clientTlsShape } from '../../../platform/tls/variables.ts';
import {
  type LegacyLimits,
  type LegacyLimitsBySystem,
  legacyLimits,
  legacyLimitVariables,
} from './legacy-limits.ts';

export interface LegacySystem {
  readonly url: URL;
  readonly limits: LegacyLimits;
  /** The settings of TLS connections. Null for Node's own settings. */
  readonly tls: PemFiles | null;
}

export interface LegacyLogin extends LegacySystem {
  readonly user: string;
  readonly password: string;
}

type SettingsOf<Entry extends SystemEntry> = Entry['security']['kind'] extends 'login'
  ? LegacyLogin
  : LegacySystem;

/** The settings of the systems that lending needs. */
export type CoreSettings = { readonly [Entry in CoreSystem as Entry['id']]: SettingsOf<Entry> };

export type AddedSettings = ReadonlyMap<string, LegacySystem | LegacyLogin>;

/**
 * The legacy systems in the environment. If a system that lending needs has no settings, its value is null. If an added
 * system has none, it is absent.
 */
export interface LegacyConfig extends CoreConfig {
  readonly added: AddedSettings;
}
type CoreConfig = { readonly [Id in keyof CoreSettings]: CoreSettings[Id] | null };

type Values = Readonly<Record<string, string | undefined>>;

const requiresLogin = ({ security }: SystemEntry): boolean => security.kind === 'login';

/** The name of the variable with a system's address: `PRS_URL`. */
export const urlVariable = (entry: Pick<SystemEntry, 'id'>): string => `${variablePrefix(entry)}_URL`;

const loginVariables = (entry: SystemEntry): readonly string[] =>
  requiresLogin(entry) ? [userVariable(entry), passwordVariable(entry)] : [];

const secretsOf = (entries: readonly SystemEntry[]): readonly string[] =>
  entries.filter(requiresLogin).map(passwordVariable);

const shapeOf = (entries: readonly SystemEntry[]): Readonly<Record<string, z.ZodType<string | undefined>>> =>
  Object.fromEntries(
    entries.flatMap((entry) => [
      [urlVariable(entry), httpUrl().optional()],
      ...loginVariables(entry).map((name) => [name, z.string().optional()]),
      ...Object.entries(clientTlsShape(variablePrefix(entry))),
    ]),
  );

function loginIssues(entry: SystemEntry, values: Values): readonly VariableIssue[] {
  const url = urlVariable(entry);
  const missing = loginVariables(entry).filter((name) => values[name] === undefined);
  return values[url] === undefined
    ? []
    : missing.map((name) => ({ name, message: `is wanted where ${url} is set` }));
}

export const legacyVariables = (entries: readonly SystemEntry[]): readonly string[] => [
  ...Object.keys(shapeOf(entries)),
  secretsVariable,
  ...legacyLimitVariables(entries),
];

/** The settings of a system. Null if the environment has no address for it. */
function settingsOf(
  entry: SystemEntry,
  values: Values,
  limits: LegacyLimitsBySystem,
): LegacySystem | LegacyLogin | null {
  const url = values[urlVariable(entry)];
  if (url === undefined) {
    return null;
  }
  const system: LegacySystem = {
    url: new URL(url),
    limits: limits.get(entry.id) ?? {},
    tls: clientTlsOf(variablePrefix(entry), values),
  };
  const [user, password] = loginVariables(entry).map((name) => values[name]);
  return user === undefined || password === undefined ? system : { ...system, user, password };
}

/**
 * @param added the entries of the systems that were added
 * @throws Error whose message names every missing or invalid variable.
 */
export function readLegacyConfig(
  env: NodeJS.ProcessEnv,
  added: readonly SystemEntry[] = addedSystems,
): LegacyConfig {
  const entries = [...coreSystems, ...added];
  const environment = z
    .object(shapeOf(entries))
    .superRefine(
      reportIssues((values) => [
        ...entries.flatMap((entry) => loginIssues(entry, values)),
        ...entries.flatMap((entry) => clientTlsIssues(variablePrefix(entry), values, [urlVariable(entry)])),
      ]),
    );
  const { values, limits } = readEnvironment(
    z.intersection(
      environment.transform((values) => ({ values })),
      legacyLimits(entries).transform((limits) => ({ limits })),
    ),
    env,
    secretsOf(entries),
  );
  return legacyConfigOf(added, (entry) => settingsOf(entry, values, limits));
}

/**
 * The configuration of the core systems and of the systems in `added`. `find` returns the settings of one system. If
 * the system's entry has `login`, the settings must have a user and a password.
 */
export const legacyConfigOf = (
  added: readonly SystemEntry[],
  find: (entry: SystemEntry) => LegacySystem | LegacyLogin | null,
): LegacyConfig => ({
  ...(bySystem(find) as CoreConfig),
  added: new Map(
    added.flatMap((entry) => {
      const settings = find(entry);
      return settings === null ? [] : [[entry.id, settings]];
    }),
  ),
});

/** The limits of the calls to each system. @throws Error whose message names every invalid variable. */
export const readLegacyLimits = (env: NodeJS.ProcessEnv): LegacyLimitsBySystem =>
  readEnvironment(legacyLimits(systems), env);

/** The environment variables that give a system its address and its login. */
export function environmentOf(entry: SystemEntry, settings: LegacySystem | LegacyLogin): NodeJS.ProcessEnv {
  const address = { [urlVariable(entry)]: settings.url.href };
  return 'user' in settings
    ? { ...address, [userVariable(entry)]: settings.user, [passwordVariable(entry)]: settings.password }
    : address;
}

/** The settings of a system. Null if it has none. */
export function settingsIn(config: LegacyConfig, { id }: SystemEntry): LegacySystem | LegacyLogin | null {
  const core = coreSystems.find((entry) => entry.id === id);
  return core === undefined ? (config.added.get(id) ?? null) : config[core.id];
}
