/** Finds variables of the environment that no configuration reads, such as misspelt ones. */
import { closestMatch } from 'leven';
import { isRemoved, removedVariablesIn } from '../config/removed-variables.ts';

/**
 * A variable that is set but unknown, and the known variable that the operator may have meant. The value is left out: it
 * may be a secret.
 */
export interface UnknownVariable {
  readonly name: string;
  readonly nearest: string | undefined;
}

/**
 * Prefixes of our variables that other programs use too. With these prefixes, only a name that is very similar to one
 * of ours is reported.
 */
const commonPrefixes: ReadonlySet<string> = new Set([
  'NODE',
  'LOG',
  'DATA',
  'DATABASE',
  'REQUEST',
  'ALLOW',
  'OTEL',
  // Subgraphs know only WEB_ORIGIN. The other variables with this prefix belong to the edge of pages.
  'WEB',
]);
/**
 * The largest edit distance at which an unknown name is reported as a misspelling. The first number is for names with a
 * common prefix. The second is for names with a prefix that only our variables have.
 */
const maxDistanceCommon = 2;
const maxDistanceOwn = 5;
/** Kubernetes sets these variables for each service. A service's name may begin like one of our variables. */
const kubernetesVariable = /_SERVICE_(?:HOST|PORT)(?:_\w+)?$|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?$/;

const prefixOf = (name: string): string => name.split('_', 1)[0] ?? '';

/**
 * The unknown variables of `env`, sorted, whose prefix (the part before the first `_`) is that of a known variable.
 * Leaves out variables of Kubernetes, removed variables, and names with a common prefix that resemble no known name.
 *
 * If `MAX_COST` is known, `MAX_COSTS` is found, with `MAX_COST` as the nearest. `PATH` and `HOME` are not found.
 */
export function findUnknownVariables(
  env: NodeJS.ProcessEnv,
  knownNames: readonly string[],
): readonly UnknownVariable[] {
  const names = new Set(knownNames);
  const prefixes = new Set(knownNames.filter((name) => name.includes('_')).map(prefixOf));
  return Object.keys(env)
    .filter((name) => name.includes('_') && prefixes.has(prefixOf(name)) && !names.has(name))
    .filter((name) => !kubernetesVariable.test(name) && !isRemoved(name))
    .map((name) => {
      const maxDistance = commonPrefixes.has(prefixOf(name)) ? maxDistanceCommon : maxDistanceOwn;
      return { name, nearest: closestMatch(name, knownNames, { maxDistance }) };
    })
    .filter(({ name, nearest }) => nearest !== undefined || !commonPrefixes.has(prefixOf(name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Warns of each variable that no configuration reads, because it is misspelt or was removed. */
export function warnAboutUnknownVariables(
  log: { warn(details: object, message: string): void },
  env: NodeJS.ProcessEnv,
  knownNames: readonly string[],
): void {
  for (const { name, nearest } of findUnknownVariables(env, knownNames)) {
    const hint = nearest === undefined ? '' : `: ${nearest} may be meant`;
    log.warn({ variable: name, nearest }, `${name} is set, and not known here${hint}`);
  }
  for (const { name, message } of removedVariablesIn(env)) {
    log.warn({ variable: name }, message);
  }
}
