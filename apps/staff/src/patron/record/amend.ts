/** The state of a form that changes a record: the typed values, and the record's values when the form was opened. */
import { useDialogDraft } from '@patron-graph/ui';
import { useRef, useState } from 'react';
import type { Patron } from '../patron.ts';

/** A patron whose record was read. A change must name the version of the record. */
export type Amendable = Patron & { readonly version: string };

export interface AmendProps {
  readonly patron: Amendable;
  /** Reads the record again. */
  reload(): void;
  onClose(): void;
}

export type Texts = Readonly<Record<string, string>>;

export interface Amendment<Registered extends Texts> {
  readonly typed: Registered;
  type(name: keyof Registered, value: string): void;
  /**
   * Whether the field was changed in the form. Only changed values are sent, so that nobody else's change is undone.
   */
  isChanged(name: keyof Registered): boolean;
  /** The typed value if it was changed and is not empty. Otherwise undefined. */
  given(name: keyof Registered): string | undefined;
  /**
   * The fields of the record that were emptied in the form. `fields` maps the names in the form to the names in the
   * graph.
   */
  cleared<Field>(fields: Partial<Readonly<Record<keyof Registered, Field>>>): readonly Field[];
  /** The current registered value if it has changed since the form was opened. Otherwise undefined. */
  changedMeanwhile(name: keyof Registered): string | undefined;
}

/** The fields that are never stored as drafts, because they contain numbers of identity documents. */
const unkept: ReadonlySet<PropertyKey> = new Set(['identityNumber', 'birthCertificateNumber']);

/** @param registered the registered values, as texts */
export function useAmendment<Registered extends Texts>(registered: Registered): Amendment<Registered> {
  const opened = useRef(registered);
  const { form, change } = useDialogDraft(opened.current);
  const [numbers, setNumbers] = useState<Partial<Registered>>({});
  const typed = { ...form, ...numbers };
  const isChanged = (name: keyof Registered) => typed[name] !== opened.current[name];
  const isEmpty = (name: keyof Registered) => typed[name].trim() === '';
  return {
    typed,
    type: (name, value) => {
      const given = { [name]: value } as Partial<Registered>;
      if (unkept.has(name)) {
        setNumbers((before) => ({ ...before, ...given }));
      } else {
        change(given);
      }
    },
    isChanged,
    given: (name) => (isChanged(name) && !isEmpty(name) ? typed[name] : undefined),
    cleared: (fields) =>
      Object.entries(fields).flatMap(([name, field]) =>
        field !== undefined && isChanged(name) && isEmpty(name) ? [field] : [],
      ),
    changedMeanwhile: (name) => (registered[name] === opened.current[name] ? undefined : registered[name]),
  };
}
