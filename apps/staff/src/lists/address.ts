/**
 * Reads choices from the address of a view. Anybody can type an address, so a value that is not a valid choice is
 * ignored.
 */
export type Address = Readonly<Record<string, unknown>>;

/**
 * The value in an address that means everything, such as all branches. This value is needed where the view begins with
 * a narrower choice.
 */
export const everything = '*';

/** Returns the value if it is one of the choices, and otherwise undefined. */
export const oneOf = <Choice extends string>(
  choices: readonly Choice[],
  value: unknown,
): Choice | undefined => choices.find((choice) => choice === value);

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
