/** Settings that differ by audience. All of them have the same syntax. */

/** The kinds of callers. Each audience sees its own selection of the graph. */
export const audiences = ['reader', 'partner', 'station', 'telephone', 'sign-in', 'staff', 'public'] as const;
export type Audience = (typeof audiences)[number];

/**
 * The scopes of each audience that has some. The audience `reader` has no scopes, because a reader's token names a patron.
 * Every scope that the SDLs name is in this table, and `npm run compose` checks that.
 */
export const scopesByAudience = {
  partner: ['partner:verify'],
  station: ['station'],
  telephone: ['telephone'],
  'sign-in': ['sign-in'],
  staff: [
    'patrons:read',
    'patrons:write',
    'identity:read',
    'credentials:read',
    'credentials:write',
    'applications:decide',
    'circulation:read',
    'circulation:write',
    'charges:read',
    'charges:write',
    'charges:waive',
    'operations:repair',
    'audit:read',
  ],
} as const satisfies Partial<ByAudience<readonly string[]>>;

export type ByAudience<Value> = Readonly<Record<Audience, Value>>;

/** Calls `valueFor` for each audience, and returns the results. */
export function eachAudience<Value>(valueFor: (audience: Audience) => Value): ByAudience<Value> {
  return Object.fromEntries(audiences.map((audience) => [audience, valueFor(audience)])) as Record<
    Audience,
    Value
  >;
}

/** Like {@link eachAudience} with asynchronous values, all at the same time. Rejects with the first error. */
export async function resolveEachAudience<Value>(
  valueFor: (audience: Audience) => Promise<Value>,
): Promise<ByAudience<Value>> {
  const values = await Promise.all(audiences.map(valueFor));
  return Object.fromEntries(audiences.map((audience, index) => [audience, values[index]])) as Record<
    Audience,
    Value
  >;
}

export const forAllAudiences = <Value>(value: Value): ByAudience<Value> => eachAudience(() => value);

/**
 * Reads a setting: one value for all audiences, or pairs of audience and value. `*` means the audiences that aren't
 * named.
 *
 * Examples with a `fallback` of `off`:
 * - `audit` means `audit` for all audiences.
 * - `public=require,*=audit` means `require` for `public` and `audit` for the others.
 * - `public=require` means `off` for the others.
 *
 * @throws Error whose message says what is wrong.
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
