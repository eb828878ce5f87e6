/** The variables of earlier releases that nothing reads any more. docs/upgrading-0.3.md has their table. */

/** The names of variables, and what takes their place. */
interface Removed {
  readonly names: RegExp;
  readonly instead: string;
}

const removed: readonly Removed[] = [
  {
    names:
      /^MAX_(?:TOKENS|DEPTH|ROOT_FIELDS|ALIASES|DIRECTIVES|INTROSPECTION_(?:FIELDS|VALUES)|VARIABLE_(?:ITEMS|VALUES)|SUBGRAPH_BYTES|ANSWER_BYTES)$/,
    instead: 'the limit is fixed, and MAX_COST bounds operations',
  },
  { names: /^PUBLIC_CACHE_SECONDS$/, instead: 'PUBLIC_MAX_AGE_SECONDS, with 2 seconds at most' },
  { names: /^JOURNAL_SECRET_BEFORE$/, instead: 'JOURNAL_SECRET with several values' },
  { names: /^WEB_STATION_TOKEN_(?:AUDIENCE|ISSUER)$/, instead: 'the tokens of stations have fixed names' },
];

/** What takes the place of a variable that is gone. Undefined for all other names. */
export const insteadOf = (name: string): string | undefined =>
  removed.find(({ names }) => names.test(name))?.instead;

/** A line for each variable that is set, but gone. The values are left out: they may be secrets. */
export const removedVariablesIn = (
  env: NodeJS.ProcessEnv,
): readonly { readonly name: string; readonly message: string }[] =>
  Object.keys(env)
    .sort()
    .flatMap((name) => {
      const instead = insteadOf(name);
      return instead === undefined || env[name] === ''
        ? []
        : [{ name, message: `${name} is set, and is gone since release 0.3: ${instead}` }];
    });
