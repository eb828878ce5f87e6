import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { messageOf } from '../../platform/lifecycle/message-of.ts';
import { filesIn } from '../../platform/tls/files.ts';
import { withoutUndefined } from '../../platform/without-undefined.ts';
import type { Hooks } from '../hooks/hooks.ts';
import { limitsOfOtherGraphs } from '../limits.ts';
import { propagatedHeaders, sentClaims } from '../transport/foreign/request-headers.ts';
import { defaultTransportSettings, type TransportSettings } from '../transport/foreign/settings.ts';
import { defaultStreamSettings } from '../transport/foreign/stream-settings.ts';
import { isPostgres } from '../usage/open-usage.ts';
import { lineOf, type PropertyPath } from './property-lines.ts';
import { configurationSchema, type ParsedConfiguration } from './schema.ts';

/** Where a supergraph comes from. Paths are absolute. */
export type SupergraphLocation = NonNullable<ParsedConfiguration['supergraph']>;

export interface Configuration {
  /** Null if the file doesn't say. */
  readonly supergraph: SupergraphLocation | null;
  settingsOf(subgraph: string): TransportSettings;
  /** The names of the subgraphs that have settings of their own. */
  readonly namedSubgraphs: readonly string[];
  /** Null if GET serves every query. */
  readonly publicTag: string | null;
  readonly joinCacheControl: boolean;
  readonly maxFields: number;
  readonly hooks: Hooks;
  /** The URL of a PostgreSQL, or the path of a file of SQLite. Null if usage is not recorded. */
  readonly usageDatabase: string | null;
  /** The names of the client's headers that at least one subgraph gets, in lower case. */
  readonly propagatedHeaders: readonly string[];
  /** The names of the claims that at least one subgraph gets. */
  readonly sentClaims: ReadonlySet<string>;
  /** Returns where a setting is, for messages: `gateway.config.ts:12: subgraphs.books.tlsDir`. */
  locationOf(path: PropertyPath): string;
}

/**
 * Reads a configuration file: a module whose default export is a `GatewayConfiguration`.
 * @throws Error whose message lists everything that is wrong, each with its line in the file and the setting's name.
 */
export async function readConfiguration(path: string): Promise<Configuration> {
  const file = resolve(path);
  const source = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new Error(`The configuration file ${path} can't be read: ${messageOf(error)}.`);
  });
  const locationOf = (property: PropertyPath) => {
    const line = lineOf(source, property);
    return `${path}${line === null ? '' : `:${line}`}: ${property.length === 0 ? 'the file' : property.map(String).join('.')}`;
  };
  return parseConfiguration(await exportOf(file, path), dirname(file), locationOf);
}

async function exportOf(file: string, path: string): Promise<unknown> {
  try {
    const module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
    return module.default;
  } catch (error) {
    // The line in the file is only in the error's stack.
    const line = /^:(\d+)/.exec(inspect(error).split(file)[1] ?? '')?.[1];
    const location = line === undefined ? path : `${path}:${line}`;
    throw new Error(`The configuration file can't be loaded.\n${location}: ${messageOf(error)}`);
  }
}

/** The configuration without a file. */
export const noConfiguration: Configuration = parseConfiguration({}, '', (path) =>
  path.map(String).join('.'),
);

/**
 * Parses a configuration. Relative paths in it start at `folder`.
 * @throws Error that names everything that is wrong, without its value.
 */
export function parseConfiguration(
  value: unknown,
  folder: string,
  locationOf: Configuration['locationOf'],
): Configuration {
  const { success, data, error } = configurationSchema.safeParse(value);
  if (!success) {
    const problems = error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => `${locationOf([...issue.path, key])} is no setting`)
        : [`${locationOf(issue.path)} ${issue.message}`],
    );
    throw new Error(`The configuration can't be used.\n${problems.join('\n')}`);
  }
  const { all, subgraphs, supergraph, publicTag, joinCacheControl, maxFields, hooks, usageDatabase } = data;
  const settingsFrom = (own: SubgraphInFile, ownPath: PropertyPath): TransportSettings => {
    const { tlsDir, headers, subscriptions, ...settings } = {
      ...withoutUndefined(all),
      ...withoutUndefined(own),
    };
    const tlsPath = [...(own.tlsDir === undefined ? ['all'] : ownPath), 'tlsDir'];
    return {
      ...defaultTransportSettings,
      ...settings,
      tls: tlsDir === undefined ? null : filesIn(locationOf(tlsPath), resolve(folder, tlsDir)),
      requestHeaders: [...(all.headers?.request ?? []), ...(own.headers?.request ?? [])],
      streams:
        subscriptions === undefined ? null : { ...defaultStreamSettings, ...withoutUndefined(subscriptions) },
      responseHeaders: [...(all.headers?.response ?? []), ...(own.headers?.response ?? [])],
    };
  };
  const named = new Map(
    Object.entries(subgraphs).map(([name, own]) => [name, settingsFrom(own, ['subgraphs', name])]),
  );
  const others = settingsFrom({}, ['all']);
  return {
    supergraph: supergraph === undefined ? null : absoluteLocation(supergraph, folder),
    settingsOf: (subgraph) => named.get(subgraph) ?? others,
    namedSubgraphs: [...named.keys()],
    publicTag: publicTag ?? null,
    joinCacheControl,
    maxFields: maxFields ?? limitsOfOtherGraphs.maxFields,
    hooks,
    usageDatabase: usageDatabase === undefined ? null : databaseOf(usageDatabase, folder),
    propagatedHeaders: [...propagatedHeaders([others, ...named.values()])],
    sentClaims: sentClaims([others, ...named.values()]),
    locationOf,
  };
}

type SubgraphInFile = ParsedConfiguration['subgraphs'][string];

function absoluteLocation(location: SupergraphLocation, folder: string): SupergraphLocation {
  if (location.kind === 'file') {
    return { kind: 'file', file: resolve(folder, location.file) };
  }
  const { signatureKeyFile } = location;
  return {
    ...location,
    signatureKeyFile: signatureKeyFile === null ? null : resolve(folder, signatureKeyFile),
  };
}

/** A URL stays as it is. */
const databaseOf = (database: string, folder: string): string =>
  isPostgres(database) ? database : resolve(folder, database);
