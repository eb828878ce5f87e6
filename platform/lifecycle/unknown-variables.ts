/** Finds variables of the environment that nobody reads: a limit with a typing error in its name is no limit. */
import { closestMatch } from 'leven';

/** A variable that is set but not known, and the known one that may be meant. No value: it may be a secret. */
export interface UnknownVariable {
  readonly name: string;
  readonly nearest: string | undefined;
}

/** Prefixes of our variables that other programs use too. With these, only a name much like one of ours is a mistake. */
const commonPrefixes: ReadonlySet<string> = new Set([
  'NODE',
  'LOG',
  'DATA',
  'DATABASE',
  'REQUEST',
  'ALLOW',
  'OTEL',
]);
/** Edit distance up to which a name is taken for another: with a common prefix, and with a prefix of ours alone. */
const maxDistanceCommon = 2;
const maxDistanceOwn = 5;
/** The variables that Kubernetes sets for each service, whose name may begin as one of our variables does. */
const kubernetesVariable = /_SERVICE_(?:HOST|PORT)(?:_\w+)?$|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?$/;

const prefixOf = (name: string): string => name.split('_', 1)[0] ?? '';

/**
 * The variables of `env` that have the prefix of a known variable, up to its first `_`, but are not known. Sorted.
 *
 * With `MAX_COST` known, `MAX_COSTS` is found, with `MAX_COST` as the nearest; `PATH` and `HOME` are not.
 */
export function findUnknownVariables(
  env: NodeJS.ProcessEnv,
  knownNames: readonly string[],
): readonly UnknownVariable[] {
  const names = new Set(knownNames);
  const prefixes = new Set(knownNames.filter((name) => name.includes('_')).map(prefixOf));
  return Object.keys(env)
    .filter((name) => name.includes('_') && prefixes.has(prefixOf(name)) && !names.has(name))
    .filter((name) => !kubernetesVariable.test(name))
    .map((name) => {
      const maxDistance = commonPrefixes.has(prefixOf(name)) ? maxDistanceCommon : maxDistanceOwn;
      return { name, nearest: closestMatch(name, knownNames, { maxDistance }) };
    })
    .filter(({ name, nearest }) => nearest !== undefined || !commonPrefixes.has(prefixOf(name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Logs one warning for each unknown variable. */
export function warnAboutUnknownVariables(
  log: { warn(details: object, message: string): void },
  env: NodeJS.ProcessEnv,
  knownNames: readonly string[],
): void {
  for (const { name, nearest } of findUnknownVariables(env, knownNames)) {
    const hint = nearest === undefined ? '' : `: ${nearest} may be meant`;
    log.warn({ variable: name, nearest }, `${name} is set, and not known here${hint}`);
  }
}
