/** Reads choices from the address of a view. Anybody can type an address, so a value that is no choice is left out. */
export type Address = Readonly<Record<string, unknown>>;

/** Stands in an address for everything, such as all branches, where the view otherwise begins with a choice. */
export const everything = '*';

/** The value if it is one of the choices. */
export const oneOf = <Choice extends string>(
  choices: readonly Choice[],
  value: unknown,
): Choice | undefined => choices.find((choice) => choice === value);

export const textIn = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);
