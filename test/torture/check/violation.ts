/**
 * An invariant that must hold under all faults and races. The docstring of each check has an example of a violation.
 */
export type Property =
  | 'at most ten per patron'
  | 'nothing out on a closed record'
  | 'nothing lent on a merged record'
  | 'a merged record is closed'
  | 'an erased patron is unreadable'
  | 'no duplicate hold'
  | 'exactly one effect or none'
  | 'no effect after the deadline'
  | 'consistent answers'
  | 'settled in time'
  | 'no stranded place'
  | 'limit refusals are justified'
  | 'reported quotas are true'
  | 'no refusal with room'
  | 'feed is followed'
  | 'index is true'
  | 'closed beside another installation'
  | 'no alarm'
  | 'books agree'
  | 'the log is whole'
  | 'a stream misses nothing'
  | 'a stream repeats nothing'
  | 'a stream keeps the order'
  | "a stream tells nobody else's"
  | 'a stream goes on';

/** A property that a history breaks. */
export interface Violation {
  readonly property: Property;
  /** The patron, operation and numbers, to find the place in the history. */
  readonly detail: string;
}
