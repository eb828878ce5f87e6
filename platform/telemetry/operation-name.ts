/** A PIN, a card number and an identity number each have as many digits in a row, or more. */
const longNumber = /\d{4}/;
const maxNameLength = 64;

/**
 * The name of a client's operation, for logs and traces. Clients write it, so it may hold anything: a name with a number in it
 * that may be a person's is withheld (R30).
 *
 * @example nameToShow('MyLoans') // 'MyLoans'
 * @example nameToShow('Loans_21852000000017') // '(withheld)'
 */
export function nameToShow(name: string): string {
  return longNumber.test(name) || name.length > maxNameLength ? '(withheld)' : name;
}
