/** Makes each property that may be undefined optional. */
type WithoutUndefined<Values> = {
  [Key in keyof Values as undefined extends Values[Key] ? never : Key]: Values[Key];
} & {
  [Key in keyof Values as undefined extends Values[Key] ? Key : never]?: Exclude<Values[Key], undefined>;
};

/**
 * Leaves out the properties that are undefined. It is for options of other libraries, whose types distinguish an absent
 * property from an undefined one (`exactOptionalPropertyTypes`). Our own types don't distinguish the two: see "What may
 * be absent" in CONTRIBUTING.md.
 *
 * @example withoutUndefined({ alg: 'ES256', kid: undefined }) // { alg: 'ES256' }
 */
export const withoutUndefined = <const Values extends object>(values: Values): WithoutUndefined<Values> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<Values>;
