/** Settings that differ by audience. All of them have one syntax. */

/** Whom an issuer, or some of its clients, signs in. Each audience sees its own selection of the graph. */
export const audiences = ['reader', 'partner', 'station', 'telephone', 'sign-in', 'staff', 'public'] as const;
export type Audience = (typeof audiences)[number];

/** One value for each audience. */
export type ByAudience<Value> = Readonly<Record<Audience, Value>>;

/** The value that `valueFor` has for each audience. */
export function eachAudience<Value>(valueFor: (audience: Audience) => Value): ByAudience<Value> {
  return Object.fromEntries(audiences.map((audience) => [audience, valueFor(audience)])) as Record<
    Audience,
    Value
  >;
}

/** The same, where a value takes time; all of them at once. Rejects as the first that does. */
export async function resolveEachAudience<Value>(
  valueFor: (audience: Audience) => Promise<Value>,
): Promise<ByAudience<Value>> {
  const values = await Promise.all(audiences.map(valueFor));
  return Object.fromEntries(audiences.map((audience, index) => [audience, values[index]])) as Record<
    Audience,
    Value
  >;
}

/** The same value for every audience. */
export const forAllAudiences = <Value>(value: Value): ByAudience<Value> => eachAudience(() => value);

/**
 * Reads a setting: one value for all, or pairs of audience and value, with `*` for the audiences that aren't named.
 *
 * With `off` as `fallback`: `audit` is `audit` for everybody; `public=require,*=audit` is `require` for `public` and
 * `audit` for the others; `public=require` leaves the others at `off`.
 * @throws Error whose message names what is wrong.
 */
export function parseByAudience<Value extends string>(
  text: string,
  values: readonly Value[],
  fallback: Value,
): ByAudience<Value> {
  const checked = (name: string): Value => {
    const value = values.find((one) => one === name);
    if (value === undefined) {
      throw new Error(`"${name}" must be ${values.join(' or ')}`);
    }
    return value;
  };
  if (!text.includes('=')) {
    return forAllAudiences(checked(text.trim()));
  }
  const named = new Map<string, Value>();
  for (const pair of text.split(',')) {
    const [name = '', value, ...more] = pair.split('=').map((side) => side.trim());
    if (value === undefined || more.length > 0) {
      throw new Error(`"${pair.trim()}" must be AUDIENCE=VALUE`);
    }
    if (name !== '*' && !audiences.some((audience) => audience === name)) {
      throw new Error(`"${name}" must be an audience (${audiences.join(', ')}) or *`);
    }
    if (named.has(name)) {
      throw new Error(`"${name}" is there twice`);
    }
    named.set(name, checked(value));
  }
  const rest = named.get('*') ?? fallback;
  return { ...forAllAudiences(rest), ...Object.fromEntries([...named].filter(([name]) => name !== '*')) };
}
