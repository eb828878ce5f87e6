/** The card number and the PIN in a message, as the graph's input. Null if the message has no PIN. */
export function readerOf(
  fields: ReadonlyMap<string, string>,
): { readonly libraryCardNumber: string; readonly pin: string } | null {
  // Some terminals pad their fields with blanks.
  const pin = (fields.get('AD') ?? '').trim();
  return pin === '' ? null : { libraryCardNumber: fields.get('AA') ?? '', pin };
}
