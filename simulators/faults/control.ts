import type { FaultPlan } from './faults.ts';
import { InvalidFaults } from './schema.ts';

/**
 * Returns whether the address is in `127.0.0.0/8` or is `::1`. The form `::ffff:127.0.0.1` of a dual-stack socket is
 * included.
 */
export const isLoopback = (address: string | undefined): boolean =>
  /^(?:(?:::ffff:)?127(?:\.[0-9]{1,3}){3}|::1)$/i.test(address ?? '');

export interface ControlAnswer {
  readonly status: number;
  readonly content: object;
}

/**
 * Answers a request to `/_faults`, from this machine only: PUT sets faults, GET reads them, DELETE clears them. Each
 * answer has the current status.
 */
export function controlFaults(
  plan: FaultPlan,
  { method, from, body }: { method: string | undefined; from: string | undefined; body: Buffer },
): ControlAnswer {
  if (!isLoopback(from)) {
    return { status: 403, content: { error: 'from this machine only' } };
  }
  switch (method) {
    case 'GET':
      return { status: 200, content: plan.status };
    case 'DELETE':
      plan.clear();
      return { status: 200, content: plan.status };
    case 'PUT':
      return set(plan, body);
    default:
      return { status: 405, content: { error: 'GET, PUT or DELETE' } };
  }
}

function set(plan: FaultPlan, body: Buffer): ControlAnswer {
  try {
    return { status: 200, content: plan.setUnchecked(parseJson(body)) };
  } catch (error) {
    if (!(error instanceof InvalidFaults)) {
      throw error;
    }
    return { status: 400, content: { error: error.message } };
  }
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new InvalidFaults('body: not JSON');
  }
}
