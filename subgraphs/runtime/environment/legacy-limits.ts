import { z } from 'zod';
import { parsedBy, wholeNumber } from '../../../platform/lifecycle/environment.ts';
import { type SystemEntry, variablePrefix } from '../../../platform/systems.ts';
import { withoutUndefined } from '../../../platform/without-undefined.ts';

/**
 * The limits of the calls to a legacy system. If a limit is not set, the default of the system's entry (`SystemEntry`)
 * or of the adapter is used. docs/configuration.md has the table.
 */
export interface LegacyLimits {
  /** The deadline of one call, in ms. The time of waiting for a connection is included. */
  readonly deadlineMs?: number;
  /** The maximum number of concurrent calls. Each has its own connection. */
  readonly connections?: number;
  /** The maximum number of calls that wait for a connection. */
  readonly queue?: number;
  /** The maximum size of an answer, in bytes. */
  readonly maxBytes?: number;
  /** The number of consecutive failures that opens the circuit breaker. */
  readonly breakerThreshold?: number;
  /** The time for which the circuit breaker stays open, in ms. */
  readonly breakerOpenMs?: number;
}

export type LegacyLimitsBySystem = ReadonlyMap<string, LegacyLimits>;

/** The limits that can be set for all systems together. Each vendor allows a different number of connections. */
type SharedLimits = Omit<LegacyLimits, 'connections'>;

/** The smallest and the largest value of each limit. */
const bounds: Readonly<Record<keyof SharedLimits, readonly [number, number]>> = {
  deadlineMs: [100, 60_000],
  queue: [0, 10_000],
  maxBytes: [1_024, 64 * 1024 * 1024],
  breakerThreshold: [1, 10_000],
  breakerOpenMs: [100, 600_000],
};

/**
 * Reads `LEGACY_LIMITS`, such as `deadlineMs=8000 breakerOpenMs=2000`.
 * @throws Error whose message says what is wrong.
 */
function parseSharedLimits(text: string): SharedLimits {
  const limits: Record<string, number> = {};
  for (const setting of text.split(/[\s,]+/).filter((part) => part !== '')) {
    const [, name = '', digits = ''] = /^(\w+)=(\d{1,8})$/.exec(setting) ?? [];
    const [, range] = Object.entries(bounds).find(([limit]) => limit === name) ?? [];
    if (range === undefined) {
      throw new Error(`must be like deadlineMs=8000, with ${Object.keys(bounds).join(', ')}`);
    }
    const [min, max] = range;
    if (Number(digits) < min || Number(digits) > max) {
      throw new Error(`${name} must be ${min} to ${max}`);
    }
    limits[name] = Number(digits);
  }
  return limits;
}

const connectionsVariable = (entry: SystemEntry): string => `${variablePrefix(entry)}_CONNECTIONS`;

const sharedLimits = z.object({ LEGACY_LIMITS: parsedBy(parseSharedLimits).optional() });

const connectionsOf = (entries: readonly SystemEntry[]) =>
  z.object(
    Object.fromEntries(entries.map((entry) => [connectionsVariable(entry), wholeNumber(1, 256).optional()])),
  );

export const legacyLimitVariables = (entries: readonly SystemEntry[]): readonly string[] => [
  ...Object.keys(sharedLimits.shape),
  ...entries.map(connectionsVariable),
];

/** Parses the limits in the environment. Errors name the variable. */
export const legacyLimits = (entries: readonly SystemEntry[]): z.ZodType<LegacyLimitsBySystem> =>
  z
    .intersection(
      sharedLimits.transform(({ LEGACY_LIMITS: shared = {} }) => ({ shared })),
      connectionsOf(entries).transform((connections) => ({ connections })),
    )
    .transform(
      ({ shared, connections }) =>
        new Map(
          entries.map((entry) => [
            entry.id,
            limitsIn(entry, shared, connections[connectionsVariable(entry)]),
          ]),
        ),
    );

function limitsIn(
  { limits: { maxDeadlineMs = Number.POSITIVE_INFINITY, ...defaults } }: SystemEntry,
  shared: SharedLimits,
  connections: number | undefined,
): LegacyLimits {
  const limits = { ...defaults, ...shared, ...withoutUndefined({ connections }) };
  return limits.deadlineMs === undefined
    ? limits
    : { ...limits, deadlineMs: Math.min(limits.deadlineMs, maxDeadlineMs) };
}
