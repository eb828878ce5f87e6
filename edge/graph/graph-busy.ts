import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Lack } from '../../platform/priority/lane.ts';

/**
 * Thrown if too many calls already wait for a connection to the graph. `lack` says which calls: those of the same class
 * (`class`), or of the same caller (`caller`).
 */
export class GraphBusy extends Error {
  override readonly name = 'GraphBusy';
  readonly lack: Lack;

  constructor(callClass: CallClass, lack: Lack) {
    super(
      `too many calls of ${lack === 'class' ? '' : 'one caller of '}the class ${callClass} wait for the graph`,
    );
    this.lack = lack;
  }
}
