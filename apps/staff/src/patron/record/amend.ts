/** The state of a form that changes a record: the typed values, and the record's values when the form was opened. */
import { useRef, useState } from 'react';
import type { Patron } from '../patron.ts';

/** A patron whose record was read, with the version that a change needs. */
export type Amendable = Patron & { readonly version: string };

export interface AmendProps {
  readonly patron: Amendable;
  /** Reads the record again. */
  reload(): void;
  onClose(): void;
}

/** The typed values, by the names of the fields. */
export type Texts = Readonly<Record<string, string>>;

export interface Amendment<Registered extends Texts> {
  readonly typed: Registered;
  type(name: keyof Registered, value: string): void;
  /**
   * Whether the field was changed in the form. Only changed values are sent, so that nobody else's change is undone.
   */
  isChanged(name: keyof Registered): boolean;
  /** The typed value, if it was changed and is not empty. */
  given(name: keyof Registered): string | undefined;
  /** The fields that were emptied, by the names that `fields` gives them in the graph. */
  cleared<Field>(fields: Partial<Readonly<Record<keyof Registered, Field>>>): readonly Field[];
  /** The registered value, if it has changed since the form was opened. */
  changedMeanwhile(name: keyof Registered): string | undefined;
}

/** @param registered the registered values, as texts */
export function useAmendment<Registered extends Texts>(registered: Registered): Amendment<Registered> {
  const opened = useRef(registered);
  const [typed, setTyped] = useState(registered);
  const isChanged = (name: keyof Registered) => typed[name] !== opened.current[name];
  const isEmpty = (name: keyof Registered) => typed[name]?.trim() === '';
  return {
    typed,
    type: (name, value) => setTyped((before) => ({ ...before, [name]: value })),
    isChanged,
    given: (name) => (isChanged(name) && !isEmpty(name) ? typed[name] : undefined),
    cleared: (fields) =>
      Object.entries(fields).flatMap(([name, field]) =>
        field !== undefined && isChanged(name) && isEmpty(name) ? [field] : [],
      ),
    changedMeanwhile: (name) => (registered[name] === opened.current[name] ? undefined : registered[name]),
  };
}
