/**
 * What a plan calls the client's variables. A plan has variables of its own, such as `representations`; a client's
 * variable with such a name gets the prefix `v_`, so that neither replaces the other.
 */

/** Names that a plan gives to its own variables, and names that `planVariableOf` makes. */
const reservedVariable = /^(_|v_|representations)/;

/** `id` stays `id`; `representations` becomes `v_representations`, and `v_x` becomes `v_v_x`. */
export function planVariableOf(clientName: string): string {
  return reservedVariable.test(clientName) ? `v_${clientName}` : clientName;
}

/** The reverse of `planVariableOf`. */
export function clientVariableOf(planName: string): string {
  return planName.startsWith('v_') ? planName.slice('v_'.length) : planName;
}
