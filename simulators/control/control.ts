import { z } from 'zod';
import type { FaultPlan } from '../faults/faults.ts';
import type { ControlAnswer, DeskActions, SystemControl } from '../simulated-system.ts';
import type { SteppedClock } from '../stepped-clock.ts';
import { controlFaults } from './faults.ts';
import type { ControlRequest } from './request.ts';

/** The parts of a simulator that its control routes change. */
export interface Controlled {
  readonly faults: FaultPlan;
  readonly clock: SteppedClock;
  /** Makes the changes that a library desk makes. Null if the system has no desk. */
  readonly desk: DeskActions | null;
}

type Control = (controlled: Controlled, request: ControlRequest) => ControlAnswer;

const controls: Readonly<Record<string, Control>> = {
  '/_faults': ({ faults }, request) => controlFaults(faults, request),
  '/_clock': controlClock,
  '/_desk': controlDesk,
};

export const isControlPath = (path: string | undefined): path is string =>
  path !== undefined && Object.hasOwn(controls, path);

/**
 * Answers a request to a control route, from this machine only. The peers (`test/peers`) have the same routes.
 * - `/_faults` sets, reads and clears faults.
 * - `/_clock` sets or reads the system's clock: `PUT {"offsetMs": -60000}` puts it a minute behind.
 * - `/_desk` makes a change as a library desk does, without a reference: `POST {"act": "block", "cardNo": "..."}`.
 */
export function control(controlled: Controlled, request: ControlRequest): ControlAnswer {
  if (!isLoopback(request.from)) {
    return failed(403, 'from this machine only');
  }
  return controls[request.path]?.(controlled, request) ?? failed(404, 'not found');
}

export function controlSystem(own: SystemControl, { method, from, body }: ControlRequest): ControlAnswer {
  if (!isLoopback(from)) {
    return failed(403, 'from this machine only');
  }
  return method === 'POST' ? own(parsed(body)) : failed(405, 'POST only');
}

/**
 * Returns whether the address is in `127.0.0.0/8` or is `::1`. The form `::ffff:127.0.0.1` of a dual-stack socket is
 * included.
 */
export const isLoopback = (address: string | undefined): boolean =>
  /^(?:(?:::ffff:)?127(?:\.[0-9]{1,3}){3}|::1)$/i.test(address ?? '');

/** The maximum offset: four weeks. No test needs a clock that is further ahead or behind. */
const maxOffsetMs = 28 * 86_400_000;
const clockStep = z.strictObject({ offsetMs: z.number().int().min(-maxOffsetMs).max(maxOffsetMs) });

function controlClock({ clock }: Controlled, { method, body }: ControlRequest): ControlAnswer {
  if (method === 'PUT') {
    const step = clockStep.safeParse(parsed(body));
    if (!step.success) {
      return failed(400, z.prettifyError(step.error));
    }
    clock.offsetMs = step.data.offsetMs;
  } else if (method !== 'GET') {
    return failed(405, 'GET or PUT');
  }
  return { status: 200, content: { offsetMs: clock.offsetMs, now: clock.now().toISOString() } };
}

const deskAct = z.strictObject({ act: z.enum(['block', 'unblock']), cardNo: z.string().min(1) });

function controlDesk({ desk }: Controlled, { method, body }: ControlRequest): ControlAnswer {
  if (desk === null) {
    return failed(404, 'this system has no desk');
  }
  if (method !== 'POST') {
    return failed(405, 'POST only');
  }
  const wanted = deskAct.safeParse(parsed(body));
  if (!wanted.success) {
    return failed(400, z.prettifyError(wanted.error));
  }
  const { act, cardNo } = wanted.data;
  const refusal = desk[act](cardNo);
  return refusal === null ? { status: 200, content: {} } : failed(409, refusal);
}

/** The parsed JSON; undefined if the text is not JSON. */
function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

export const failed = (status: number, error: string): ControlAnswer => ({ status, content: { error } });
