/** A PIN, a card number and an identity number each have at least four digits in a row. */
const longNumber = /\d{4}/;
const maxNameLength = 64;

/**
 * The name of a client's operation, for logs and traces. Clients choose the name, so it may contain anything. A name
 * that is long, or may contain a person's number, is withheld (R30).
 *
 * @example nameToShow('MyLoans') // 'MyLoans'
 * @example nameToShow('Loans_21852000000017') // '(withheld)'
 */
export function nameToShow(name: string): string {
  return longNumber.test(name) || name.length > maxNameLength ? '(withheld)' : name;
}
