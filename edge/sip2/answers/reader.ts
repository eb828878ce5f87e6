/** The number of a card and its PIN, as the graph takes them. Null where there is no PIN. */
export function readerOf(
  fields: ReadonlyMap<string, string>,
): { readonly libraryCardNumber: string; readonly pin: string } | null {
  const pin = fields.get('AD') ?? '';
  return pin === '' ? null : { libraryCardNumber: fields.get('AA') ?? '', pin };
}
