/** Variables of the environment that nobody reads: a limit with a typing error in its name is no limit. */
import { closestMatch } from 'leven';

/** A variable that is set and not known, and the known one that may be meant. Its value is nobody's to tell. */
export interface UnknownVariable {
  readonly name: string;
  readonly nearest: string | undefined;
}

/** Prefixes of ours that others use as well: there only a name much like one of ours is a mistake. */
const shared: ReadonlySet<string> = new Set(['NODE', 'LOG', 'DATA', 'DATABASE', 'REQUEST', 'ALLOW']);
/** Letters that may be wrong for a name to be much like another, and to be one at all that may be meant. */
const few = 2;
const some = 5;
/** What Kubernetes sets for a service, which may be called as a part of ours is. */
const ofKubernetes = /_SERVICE_(?:HOST|PORT)(?:_\w+)?$|_PORT(?:_\d+_(?:TCP|UDP|SCTP)(?:_\w+)?)?$/;

const prefixOf = (name: string): string => name.split('_', 1)[0] ?? '';

/** Those that begin as one of `known` does, up to its first `_`, and are none of them. */
export function unknownVariables(
  env: NodeJS.ProcessEnv,
  known: readonly string[],
): readonly UnknownVariable[] {
  const names = new Set(known);
  const prefixes = new Set(known.filter((name) => name.includes('_')).map(prefixOf));
  return Object.keys(env)
    .filter((name) => name.includes('_') && prefixes.has(prefixOf(name)) && !names.has(name))
    .filter((name) => !ofKubernetes.test(name))
    .map((name) => {
      const maxDistance = shared.has(prefixOf(name)) ? few : some;
      return { name, nearest: closestMatch(name, known, { maxDistance }) };
    })
    .filter(({ name, nearest }) => nearest !== undefined || !shared.has(prefixOf(name)))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** One warning for each, where the process says what it has to say. */
export function warnOfUnknown(
  log: { warn(details: object, message: string): void },
  env: NodeJS.ProcessEnv,
  known: readonly string[],
): void {
  for (const { name, nearest } of unknownVariables(env, known)) {
    const meant = nearest === undefined ? '' : `: ${nearest} may be meant`;
    log.warn({ variable: name, nearest }, `${name} is set, and not known here${meant}`);
  }
}
