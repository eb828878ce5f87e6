/** An invariant that holds whatever fails and whoever races. Each check's docstring has an example of a violation. */
export type Property =
  | 'at most ten per patron'
  | 'no duplicate hold'
  | 'exactly one effect or none'
  | 'no effect after the deadline'
  | 'consistent answers'
  | 'settled in time'
  | 'no stranded place'
  | 'limit refusals are justified'
  | 'reported quotas are true'
  | 'no refusal with room'
  | 'no alarm'
  | 'books agree';

/** A history breaks a property. */
export interface Violation {
  readonly property: Property;
  /** Patron, operation and numbers, by which the place is found in the history. */
  readonly detail: string;
}
