import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Lack } from '../../platform/priority/lane.ts';

/** Too many calls already wait for a connection: calls of the same class, or of the same caller. */
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
