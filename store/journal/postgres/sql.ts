/** Parts of statements. */

/** A subquery, not the bare function: it is evaluated once a statement, and so can be compared by way of an index. */
export const now = '(select patron_graph.journal_now())';
export const inMs = (parameter: string) =>
  `${now} + ${parameter}::double precision * interval '1 millisecond'`;
export const ago = (parameter: string) =>
  `${now} - ${parameter}::double precision * interval '1 millisecond'`;
/** The statement fails if its commit would not wait for the disk. */
export const isDurable = '(select patron_graph.require_durable_commit())';
