/** Rows of staff's lists at which staff can leave notes. The first letter of a row's number shows which list it is in. */
import type { MergedPatrons, Owing } from '../../../store/journal/port.ts';
import { recordsOfPerson } from '../../operations/merged-records.ts';

interface OnCard {
  readonly libraryCardNumber: string;
}

export interface RowServices {
  readonly index: {
    loan(id: string): Promise<OnCard | null>;
    hold(id: string): Promise<OnCard | null>;
  };
  readonly owing: Pick<Owing, 'sumOwed'>;
  readonly merged: Pick<MergedPatrons, 'mergesOf'>;
}

/** Whom a row is about, as a card's number or a patron's number. Null if there is no such row. */
export type RowOwner = OnCard | { readonly patronId: string } | null;

type Find = (row: string, services: RowServices) => Promise<RowOwner>;

const lists: readonly { readonly form: RegExp; readonly find: Find }[] = [
  { form: /^L\d{1,20}$/, find: (row, { index }) => index.loan(row) },
  { form: /^H\d{1,20}$/, find: (row, { index }) => index.hold(row) },
  { form: /^P\d{1,20}$/, find: ownerOfDebt },
];

/** Finds a row by its number. @throws StoreUnavailable */
export async function findRow(row: string, services: RowServices): Promise<RowOwner> {
  const list = lists.find(({ form }) => form.test(row));
  return list === undefined ? null : await list.find(row, services);
}

/**
 * The patron of a row in the list of debts. The debts of records that were merged into the patron's record count, too.
 * Null if it is certain that nothing is owed.
 */
async function ownerOfDebt(patronId: string, { owing, merged }: RowServices): Promise<RowOwner> {
  const { cents, isPartial } = await owing.sumOwed(await recordsOfPerson(merged, patronId));
  return cents > 0 || isPartial ? { patronId } : null;
}
