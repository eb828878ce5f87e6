import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Lack } from '../../platform/priority/lane.ts';

/** Too many calls of the class, or of the caller, wait for a connection. */
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
