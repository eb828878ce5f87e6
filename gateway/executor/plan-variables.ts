/**
 * The names of the client's variables in a plan. A plan has its own variables, such as `representations`. A client's
 * variable whose name could be the plan's gets the prefix `v_`.
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
