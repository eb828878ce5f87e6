/** An object's properties. Those that could be undefined are there with a value, or not at all. */
type WithoutUndefined<Values> = {
  [Key in keyof Values as undefined extends Values[Key] ? never : Key]: Values[Key];
} & {
  [Key in keyof Values as undefined extends Values[Key] ? Key : never]?: Exclude<Values[Key], undefined>;
};

/**
 * Leaves out the properties that are undefined: for options of other libraries, whose types tell an absent property from one that is
 * undefined (`exactOptionalPropertyTypes`). Options of ours take both alike: CONTRIBUTING.md, "What may be absent".
 *
 * @example withoutUndefined({ alg: 'ES256', kid: undefined }) // { alg: 'ES256' }
 */
export const withoutUndefined = <Values extends object>(values: Values): WithoutUndefined<Values> =>
  Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as WithoutUndefined<Values>;
