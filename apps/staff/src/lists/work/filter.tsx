import { Choice, useSearchParameters } from '@patron-graph/ui';
import { type ReactNode, useCallback } from 'react';
import { type Address, everything, oneOf } from '../address.ts';

export interface AddressChoice<Value extends string> {
  readonly value: Value;
  readonly values: readonly Value[];
  choose(value: Value): void;
}

/**
 * A choice that is kept in the address of the view: `?<name>=<value>`.
 *
 * @param values must be a constant; the first one is the default
 */
export function useAddressChoice<Value extends string>(
  name: string,
  values: readonly [Value, ...Value[]],
): AddressChoice<Value> {
  const read = useCallback(
    (address: Address): Readonly<Record<string, Value>> => ({
      [name]: oneOf(values, address[name]) ?? values[0],
    }),
    [name, values],
  );
  const [{ [name]: value = values[0] }, change] = useSearchParameters(read);
  return { value, values, choose: (next) => change({ [name]: next }) };
}

export const Filter = <Value extends string>({
  label,
  choice: { value, values, choose },
  words,
}: {
  readonly label: string;
  readonly choice: AddressChoice<Value>;
  readonly words: Readonly<Record<Value, string>>;
}): ReactNode => (
  <Choice
    label={label}
    value={value}
    options={values.map((one) => ({ value: one, text: words[one] }))}
    onChange={choose}
  />
);

/** The keys of a set of texts, such as all values of an enum. They are in the order of the texts. */
export const valuesOf = <Value extends string>(words: Readonly<Record<Value, unknown>>): readonly Value[] =>
  Object.keys(words) as Value[];

/** The chosen value. Null if `everything` is chosen. */
export const chosenIn = <Value extends string>({
  value,
}: Pick<AddressChoice<Value>, 'value'>): Exclude<Value, typeof everything> | null =>
  value === everything ? null : (value as Exclude<Value, typeof everything>);

/** A value as a list, for a filter of the graph that expects a list. Null means no condition. */
export const listOf = <Value,>(value: Value | null): readonly Value[] | null =>
  value === null ? null : [value];
